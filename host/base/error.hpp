#pragma once

#include <stdexcept>
#include <string>

namespace orch {

/// The root of all failures orchd throws. The message says what was tried, on what, what came back
/// and, where it helps, what to do.
class Error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A configuration that cannot be used: "file:line:column: key: what is wrong".
class ConfigError : public Error {
    using Error::Error;
};

/// The database refused, is locked by another orchd, is full or is newer than this program.
class StoreError : public Error {
    using Error::Error;
};

/// A process could not be started or an attempt's folder not be made.
class LaunchError : public Error {
    using Error::Error;
};

/// A repository, forge or tracker did not do what was asked.
class RemoteError : public Error {
public:
    RemoteError(const std::string& message, bool retryable)
        : Error(message), retryable_(retryable) {}
    /// True when the same call may succeed later without anybody changing anything.
    [[nodiscard]] bool retryable() const { return retryable_; }

private:
    bool retryable_;
};

/// The merge lease is not held any more: whoever held it stops before its next effect.
class LeaseLost : public RemoteError {
public:
    explicit LeaseLost(const std::string& message) : RemoteError(message, true) {}
};

/// A plugin's library cannot be used, or a plugin does not keep the contract.
class PluginError : public Error {
    using Error::Error;
};

/// What was asked is understood and not allowed now: a sentence for the one who asked.
class Refused : public Error {
public:
    enum class Why { kConflict, kNotFound, kInvalid, kForbidden };
    Refused(Why why, const std::string& message) : Error(message), why_(why) {}
    [[nodiscard]] Why why() const { return why_; }

private:
    Why why_;
};

}  // namespace orch
