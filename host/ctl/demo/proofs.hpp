#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ctl/client.hpp"
#include "ctl/demo/folder.hpp"
#include "ctl/demo/ledger.hpp"
#include "ctl/demo/play.hpp"

namespace orch::ctl {

/// One thing the demo claims, and whether it is so.
struct Proof {
    std::string claim;
    bool holds{};
    std::string found;  ///< what was there instead; with !holds
};

/// What orchd's database says at the end, read over the API.
struct Records {
    nlohmann::json task;     ///< with its jobs
    nlohmann::json jobs;     ///< each with its attempts
    nlohmann::json journal;  ///< all entries, oldest first
};
[[nodiscard]] Records readRecords(const Client& orchd, const std::string& task);

/// How many stages the task stood in, "done" included.
[[nodiscard]] int stagesOf(const Records& records);
/// How often it was sent back.
[[nodiscard]] int reworkOf(const Records& records);

/// The change is on main exactly once, through a merge, and a fresh clone of it passes its tests;
/// the user's checkout is clean and updated.
[[nodiscard]] std::vector<Proof> proveRepository(const DemoFolder& folder, const Records& records);
/// What was deployed greets in French, and was deployed once.
[[nodiscard]] std::vector<Proof> proveProduction(const DemoFolder& folder, const Records& records);
/// orchd's records and the agents' own ledger tell the same story: nothing ran twice, the killed
/// one was retried, the adopted one ended by itself.
[[nodiscard]] std::vector<Proof> proveRuns(const Ledger& ledger,
                                           const Records& records,
                                           const Plugs& plugs);

}  // namespace orch::ctl
