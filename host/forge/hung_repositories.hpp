#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>

namespace orch {

/// Repositories of agents in which git hung (a filter, a pipe in a file's place). Whoever looks at
/// one keeps its whole project waiting, so each is left alone afterwards for four times as long as
/// the look took, twice as long after the next, an hour at most. Not thread-safe.
class HungRepositories {
public:
    using Clock = std::chrono::steady_clock;

    explicit HungRepositories(std::function<Clock::time_point()> now = &Clock::now)
        : now_(std::move(now)) {}

    /// Calls `look` and remembers it if it fails late. Throws RemoteError (retryable) without
    /// calling it while `folder` is left alone, and whatever `look` throws.
    void watch(const std::filesystem::path& folder, const std::function<void()>& look);
    void forget(const std::filesystem::path& folder) { hung_.erase(folder); }

private:
    struct Hung {
        Clock::duration rest;
        Clock::time_point until;
    };
    void remember(const std::filesystem::path& folder, Clock::duration took);

    std::function<Clock::time_point()> now_;
    std::map<std::filesystem::path, Hung> hung_;
};

}  // namespace orch
