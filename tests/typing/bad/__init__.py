# Programs that every checker must refuse on exactly the lines that end in "# E".
