#pragma once

#include <chrono>
#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>

#include "ctl/terminal.hpp"

namespace orch::ctl {

/// Prints what happens, a line an event, each with the time since the start.
class Timeline {
public:
    Timeline(std::ostream& out, Terminal terminal);

    /// "00:04 ▸ T-1 development            agent developer     job 3 (attempt 1)".
    void line(const std::string& sign,
              const std::string& what,
              const std::string& who = "",
              const std::string& which = "");
    /// Prints what is new: `entries` of the journal, oldest first, and every attempt in `task`'s
    /// jobs that has begun, in an order in which it can have happened: an attempt is told after the
    /// entry that led to it, even when `task` was read later than `entries`.
    void follow(const nlohmann::json& task, const nlohmann::json& entries);

    [[nodiscard]] double seconds() const;

private:
    void begun(const nlohmann::json& task, const nlohmann::json& job, const std::string& attempt);
    void entry(const nlohmann::json& task, const nlohmann::json& entry);
    void foresee(const nlohmann::json& entry);

    std::ostream& out_;
    Terminal terminal_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::set<std::string> begun_;     ///< attempts already told, "3.2"
    std::set<std::string> foreseen_;  ///< attempts that the journal has given a reason for
    bool titled_ = false;
};

}  // namespace orch::ctl
