#pragma once

#include <exception>
#include <string>

#include "base/error.hpp"

namespace orch {

/// Runs `call`; what it throws that is not a RemoteError (a file system's refusal, mostly) becomes
/// a retryable one that says what was tried.
template <typename Call>
auto asRemote(const std::string& tried, Call call) {
    try {
        return call();
    } catch (const RemoteError&) {
        throw;
    } catch (const std::exception& error) {
        throw RemoteError(tried + ": " + error.what(), true);
    }
}

}  // namespace orch
