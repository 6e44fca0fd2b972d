#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "forge/git_mirror.hpp"
#include "forge/lfs_pointer.hpp"

namespace orch {

/// A file's content that commits bring, as git has it.
struct LfsBlob {
    std::string sha;
    std::uint64_t size{};
    /// A path of it that the head's attributes keep in LFS; empty: none.
    std::string kept;
    /// The same, and the head has this very content there.
    std::string kept_in_head;
    std::optional<LfsPointer> pointer;
};

/// What a head brings that its history did not have before, as far as it may be about LFS. All of
/// it is in the mirror. Throws RemoteError.
class LfsChange {
public:
    /// Runs one git: what is new in `head` and in none of `but`. Throws where there is no such
    /// commit.
    LfsChange(const GitMirror& mirror, std::string head, const std::vector<std::string>& but);

    /// Is the head itself new?
    [[nodiscard]] bool isNew() const { return newest_ == head_; }
    /// Does it change what is kept in LFS?
    [[nodiscard]] bool touchesAttributes() const { return touches_attributes_; }
    /// Runs a few more: new content that is kept in LFS, or is a pointer. Not retryable where more
    /// files change than can be looked through at once.
    [[nodiscard]] std::vector<LfsBlob> blobs() const;

private:
    void read(std::string_view output);
    void add(std::string_view heading, const std::string& path);
    [[nodiscard]] std::string inHead(const std::string& path) const { return head_ + ":" + path; }

    const GitMirror& mirror_;
    std::string head_;
    std::string newest_;
    std::map<std::string, std::set<std::string>> paths_;  ///< by content
    bool touches_attributes_ = false;
    bool cut_ = false;
};

/// All pointers in the trees of these commits. Runs two of git's, or some more.
[[nodiscard]] std::vector<LfsPointer> pointersIn(const GitMirror& mirror,
                                                 const std::vector<std::string>& commits);

}  // namespace orch
