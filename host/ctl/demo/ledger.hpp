#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace orch::ctl {

/// One line the agents wrote: "start 3.2 development 4711", "end 3.2 development 4711".
struct LedgerLine {
    std::string what;  ///< "start", "end", or "overlap": it saw an earlier one of its task alive
    std::string run;   ///< job and attempt, "3.2"
    std::string stage;
    long pid{};
};

/// What agents really ran, told by themselves: the witness against double runs.
struct Ledger {
    std::vector<LedgerLine> lines;

    /// The runs that began, in order.
    [[nodiscard]] std::vector<LedgerLine> starts() const;
    /// Those that began and did not end.
    [[nodiscard]] std::vector<LedgerLine> unfinished() const;
    /// Starts of an attempt that had been started before, ends of a job that had ended before, and
    /// overlaps.
    [[nodiscard]] int doubleRuns() const;
    [[nodiscard]] const LedgerLine* startOf(const std::string& run) const;
};

/// Empty while there is no such file. A line that is still being written is left out.
[[nodiscard]] Ledger readLedger(const std::filesystem::path& file);

}  // namespace orch::ctl
