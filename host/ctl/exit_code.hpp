#pragma once

#include "base/error.hpp"

namespace orch::ctl {

/// What orchctl ends with; scripts rely on the numbers.
enum class ExitCode {
    kDone = 0,
    kRefused = 1,      ///< refused or failed: a sentence is on stderr
    kUsage = 2,        ///< the command line makes no sense
    kUnreachable = 3,  ///< no orchd answers
    kWaits = 4,        ///< the task waits for a human
    kHeld = 5,         ///< held: a task or the queue is paused, another switch keeps a plugin off
};

/// The command line makes no sense, found out after it was parsed.
class UsageError : public Error {
    using Error::Error;
};

/// No orchd answers, or what answers is none.
class Unreachable : public Error {
    using Error::Error;
};

/// orchd answered no: the sentence is its own.
class RefusedByOrchd : public Error {
public:
    RefusedByOrchd(const std::string& message, int status) : Error(message), status_(status) {}
    /// The HTTP status, 400 to 599.
    [[nodiscard]] int status() const { return status_; }

private:
    int status_;
};

}  // namespace orch::ctl
