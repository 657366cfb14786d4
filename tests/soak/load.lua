-- What wrk sends, and what it asks of every answer. The rows come from tests/soak/wrk.py.
-- Connections answer in any order: each response repeats the case of its request in a header.

local rows = dofile(os.getenv("SOAK_ROWS"))
local threads = {}
local sent = 0

-- Globals are what `done` can read of each thread.
checked, wrong, server_errors, first_wrong = 0, 0, 0, ""

function setup(thread)
   table.insert(threads, thread)
   thread:set("number", #threads)
end

function request()
   sent = sent + 1
   local row = rows[sent % #rows + 1]
   local unique = string.format("%08d", (number * 10000000 + sent) % 100000000)
   return (row.request:gsub("@@@@@@@@", unique))
end

local function complaint(status, headers)
   local index, unique = (headers["X-Soak-Case"] or ""):match("^(%d+)-(%d+)$")
   local row = rows[tonumber(index)]
   if not row then
      return "an answer to no request, status " .. status
   end
   local origin = headers["Access-Control-Allow-Origin"] or "none"
   for _, outcome in ipairs(row.outcomes) do
      if outcome.status == status and (outcome.origin:gsub("@@@@@@@@", unique)) == origin then
         if origin == "none" then
            for name in pairs(headers) do
               if name:lower():find("^access%-control%-") then
                  return row.name .. ": " .. name
               end
            end
         end
         return nil
      end
   end
   return row.name .. ": status " .. status .. ", origin " .. origin
end

function response(status, headers)
   checked = checked + 1
   if status >= 500 then
      server_errors = server_errors + 1
   end
   local found = complaint(status, headers)
   if found then
      wrong = wrong + 1
      if first_wrong == "" then
         first_wrong = found
      end
   end
end

function done(summary)
   local sums = { checked = 0, wrong = 0, server_errors = 0 }
   for _, thread in ipairs(threads) do
      for name in pairs(sums) do
         sums[name] = sums[name] + thread:get(name)
      end
      if thread:get("first_wrong") ~= "" then
         print("soak-wrong " .. thread:get("first_wrong"))
      end
   end
   for name, sum in pairs(sums) do
      print("soak " .. name .. " " .. sum)
   end
   print("soak requests " .. summary.requests)
   print("soak microseconds " .. summary.duration)
   for _, name in ipairs({ "connect", "read", "write", "timeout" }) do
      print("soak " .. name .. " " .. summary.errors[name])
   end
end
