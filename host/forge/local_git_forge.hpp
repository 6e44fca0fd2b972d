#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/forge.hpp"
#include "forge/git_mirror.hpp"
#include "forge/workspaces.hpp"

namespace orch {

/// A plain git repository on this machine, bare or with a checkout. All work happens in worktrees
/// with repositories of their own and comes into a bare mirror; the repository itself is only ever
/// fetched from and pushed to.
class LocalGitForge final : public Forge {
public:
    /// `repository`: the user's. `mirror`: where orchd's bare copy is or will be made. `former`:
    /// that of an orchd before 0.2.
    LocalGitForge(std::filesystem::path repository,
                  std::string base,
                  std::filesystem::path mirror,
                  AgentAccess access = {},
                  std::filesystem::path former = {});

    void prepare() override;
    std::string fetchBase() override;
    std::string openWorktree(const std::filesystem::path& folder,
                             const std::string& branch) override;
    WorkState workState(const std::filesystem::path& folder, const std::string& branch) override;
    MergePreview previewMerge(const std::string& base, const std::string& head) override;
    ChangedPaths changedPaths(const std::string& base, const std::string& head) override;
    Diff diff(const std::string& base,
              const std::string& head,
              const DiffRequest& request) override;
    CommitsText commits(const std::string& base,
                        const std::string& head,
                        std::size_t limit) override;
    std::optional<std::string> fileAt(const std::string& commit,
                                      const std::string& path,
                                      std::size_t limit) override;
    std::string openMerged(const std::filesystem::path& folder,
                           const std::string& base,
                           const std::string& head) override;
    void openCommit(const std::filesystem::path& folder,
                    const std::string& commit,
                    const std::string& branch,
                    OpenFor whom) override;
    void closeWorktree(const std::filesystem::path& folder) override;
    std::vector<std::string> branches() override;
    bool dropLanded(const std::string& task, const std::string& branch) override;
    [[nodiscard]] std::vector<PathRule> sharedPaths() override;
    std::optional<std::string> landedAs(const std::string& task, const std::string& head) override;
    Landed land(const LandRequest& request, const LeaseProof& proof) override;
    bool onBase(const std::string& commit) override;
    [[nodiscard]] bool reportsChecks() const override { return false; }

private:
    std::filesystem::path repository_;
    std::optional<gid_t> readers_;  ///< who besides orchd reads the mirror's objects
    GitMirror mirror_;
    Workspaces workspaces_;
};

}  // namespace orch
