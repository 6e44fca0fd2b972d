#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace orch {

/// One changed line of a diff; the views live as long as the diff and the call.
struct DiffLine {
    bool added{};             ///< else removed
    std::string_view commit;  ///< the last "commit:<sha>" line before it; empty: none
    std::string_view path;    ///< where the line is, or was
    int line{};               ///< in the new file, from 1; 0 for a removed one
    std::string_view text;    ///< without its newline
};

/// Calls `visit` for each line that a diff as git writes it (prefixes "a/" and "b/", combined ones
/// of merges too) adds or removes. Hunks are counted by their headers, so that nothing in a file
/// can pass for a part of the diff; a diff that is cut ends where it ends. Linear in the length.
void walkDiff(std::string_view diff, const std::function<void(const DiffLine&)>& visit);

}  // namespace orch
