-- What wrk sends when only the throughput counts. Nothing is asked of the answers.

local requests = dofile(os.getenv("SOAK_ROWS"))
local sent = 0

function request()
   sent = sent + 1
   return requests[sent % #requests + 1]
end

function done(summary)
   print("soak requests " .. summary.requests)
   print("soak microseconds " .. summary.duration)
   for _, name in ipairs({ "connect", "read", "write", "timeout" }) do
      print("soak " .. name .. " " .. summary.errors[name])
   end
   -- Any status above 399.
   print("soak refused " .. summary.errors.status)
end
