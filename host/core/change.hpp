#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace orch {

// What a change consists of, as a forge tells it.

/// The paths that a change adds, changes or removes; both names of what it renames.
struct ChangedPaths {
    std::vector<std::string> paths;  ///< sorted, as git writes them: any bytes but NUL
    bool too_many = false;           ///< there are more than are named
};

/// A unified diff.
struct Diff {
    std::string text;  ///< any bytes
    bool cut = false;  ///< there is more
};

struct DiffRequest {
    std::size_t limit = 1'000'000;   ///< bytes
    int context = 3;                 ///< lines around each change
    std::vector<std::string> paths;  ///< only these; empty: all
};

/// Everything that commits bring along, each by itself: what a later one takes out is in here too.
struct CommitsText {
    std::string objects;  ///< the commits themselves, each "<sha>", a newline, its headers, an
                          ///< empty line, the message with four spaces before each line, NUL
    std::string names;    ///< of the files each adds, each with NUL behind it, after "commit:<sha>"
    std::string patches;  ///< diffs without context, each after a line "commit:<sha>"
    bool cut = false;     ///< there is more
};

}  // namespace orch
