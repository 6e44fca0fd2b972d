#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>

#include "ctl/terminal.hpp"

namespace orch::ctl {

struct DemoOptions {
    std::filesystem::path folder;  ///< absolute
    std::string shown_folder;      ///< as the user named it
    std::filesystem::path orchd;   ///< the daemon's program
    bool keep = false;             ///< leave orchd running at the end
};

/// What the demo claims at its end; every number was observed.
struct DemoResult {
    std::string task, repository, merge_commit;
    int stages = 0, rework = 0, adopted = 0, double_runs = 0;
    double seconds = 0;
};

/// Runs the demo, telling it on `out`. Throws Error when a single proof fails; nothing of it runs
/// any more then, and the folder stays for looking.
[[nodiscard]] DemoResult runDemo(const DemoOptions& options, std::ostream& out, Terminal terminal);

}  // namespace orch::ctl
