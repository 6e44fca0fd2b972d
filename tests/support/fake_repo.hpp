#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/forge.hpp"

namespace orch::testing {

using FakeTree = std::map<std::string, std::string>;  ///< path to content

struct FakeCommit {
    std::vector<std::string> parents;
    FakeTree files;
    std::string message;
};

/// Commits in memory and the questions a forge asks about them. Not thread-safe.
class FakeRepo {
public:
    /// Returns the new commit's sha: 40 hex digits, unique, growing.
    std::string add(std::vector<std::string> parents, FakeTree files, std::string message);
    /// Throws RemoteError when there is no such commit.
    [[nodiscard]] const FakeCommit& at(const std::string& sha) const;
    /// `tip` and everything before it.
    [[nodiscard]] std::set<std::string> historyOf(const std::string& tip) const;
    [[nodiscard]] bool contains(const std::string& tip, const std::string& sha) const;
    /// Three-way, file by file: a file that both sides changed differently conflicts.
    [[nodiscard]] MergePreview preview(const std::string& base, const std::string& head) const;
    /// The files of the newest commit that both have in their history; none without one.
    [[nodiscard]] FakeTree mergeBase(const std::string& a, const std::string& b) const;
    [[nodiscard]] FakeTree merged(const std::string& base, const std::string& head) const;
    /// The commit on `tip`'s first-parent line through which task and head are there, if any.
    [[nodiscard]] std::optional<std::string> landedAs(const std::string& tip,
                                                      const std::string& task,
                                                      const std::string& head) const;
    /// A later commit that says "This reverts commit <sha>" and is not itself reverted, if any.
    [[nodiscard]] std::optional<std::string> revertOf(const std::string& tip,
                                                      const std::string& sha) const;

private:
    struct Merge {
        FakeTree files;
        std::vector<std::string> conflicts;
    };
    [[nodiscard]] Merge merge(const std::string& base, const std::string& head) const;

    std::map<std::string, FakeCommit> commits_;
};

[[nodiscard]] std::string fakeTreeSha(const FakeTree& files);

}  // namespace orch::testing
