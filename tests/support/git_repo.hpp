#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace orch::testing {

/// A real git repository for tests, driven like a user would. The user's own git settings have no
/// influence. Failing commands throw std::runtime_error with git's words.
class GitRepo {
public:
    /// Takes a repository (or worktree) that is there.
    explicit GitRepo(std::filesystem::path path) : path_(std::move(path)) {}
    /// Makes one with branch "main" checked out and one commit that holds README.
    static GitRepo create(const std::filesystem::path& path);
    /// Makes one with no commit at all.
    static GitRepo createEmpty(const std::filesystem::path& path,
                               const std::vector<std::string>& options = {});
    /// A bare clone of `of`.
    [[nodiscard]] static GitRepo createBare(const std::filesystem::path& path, const GitRepo& of);

    /// Its output without the last newline.
    std::string git(const std::vector<std::string>& arguments) const;
    [[nodiscard]] bool succeeds(const std::vector<std::string>& arguments) const;

    void write(const std::filesystem::path& file, const std::string& text) const;
    [[nodiscard]] std::string read(const std::filesystem::path& file) const;  ///< "" when missing
    [[nodiscard]] bool has(const std::filesystem::path& file) const;
    /// Adds and commits all there is; the new head.
    std::string commitAll(const std::string& message = "Work") const;
    std::string commit(const std::filesystem::path& file, const std::string& text) const;

    [[nodiscard]] std::string tip(const std::string& of = "HEAD") const;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace orch::testing
