#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace orch {

/// What the janitor removed since this orchd started, and what it could not or would not.
struct JanitorReport {
    struct Failure {
        std::string what, why;
        Instant since{};
    };
    struct LeftAlone {
        std::string what, why;
    };
    std::int64_t worktrees = 0, folders = 0, branches = 0, jobs = 0, messages = 0;
    std::uint64_t freed = 0;  ///< bytes, of worktrees and folders
    std::optional<Instant> last_round;
    std::vector<Failure> failures;  ///< tried again every ten minutes
    std::vector<LeftAlone> left_alone;
};

/// Keeps the report. Thread-safe.
class JanitorLedger {
public:
    using Count = std::int64_t JanitorReport::*;

    void removed(Count what, std::int64_t count, std::uint64_t bytes = 0);
    /// True when this is not known yet to fail.
    bool failed(const std::string& what, const std::string& why, Instant now);
    /// True when it was failing before.
    bool mended(const std::string& what);
    /// True when it was not known yet.
    bool leftAlone(const std::string& what, const std::string& why);
    [[nodiscard]] bool isLeftAlone(const std::string& what) const;
    /// What was left alone is looked at anew.
    void beginRound(Instant now);
    [[nodiscard]] JanitorReport report() const;

private:
    mutable std::mutex mutex_;
    JanitorReport report_;
};

}  // namespace orch
