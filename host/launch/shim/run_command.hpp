#pragma once

namespace orch {

/// orch-shim --run [words...]: reads a RunOrder from descriptor 3 (a file is read from its start,
/// wherever its offset is, so that several may run in turn), adds the words to its command and runs
/// it, confined, with our stdin, stdout and stderr. Whatever it started ends with it, and all of it
/// at once when our parent or the order's owner ends; SIGTERM, SIGINT and SIGHUP are passed on to
/// it. Answers its exit code, 128 + signal when one ended it; 127 with a sentence on stderr when it
/// never began.
[[nodiscard]] int runCommand(int words, char** argv);

}  // namespace orch
