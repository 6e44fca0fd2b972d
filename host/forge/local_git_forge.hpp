#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/forge.hpp"
#include "forge/git_mirror.hpp"
#include "forge/worktrees.hpp"

namespace orch {

/// A plain git repository on this machine, bare or with a checkout. All work happens in a bare
/// mirror and its worktrees; the repository itself is only ever fetched from and pushed to.
class LocalGitForge final : public Forge {
public:
    /// `repository`: the user's. `mirror`: where orchd's bare copy is or will be made.
    LocalGitForge(std::filesystem::path repository, std::string base, std::filesystem::path mirror);

    void prepare() override;
    std::string fetchBase() override;
    void openWorktree(const std::filesystem::path& folder, const std::string& branch) override;
    WorkState workState(const std::filesystem::path& folder, const std::string& branch) override;
    MergePreview previewMerge(const std::string& base, const std::string& head) override;
    std::string openMerged(const std::filesystem::path& folder,
                           const std::string& base,
                           const std::string& head) override;
    void openCommit(const std::filesystem::path& folder, const std::string& commit) override;
    void closeWorktree(const std::filesystem::path& folder) override;
    std::vector<std::string> branches() override;
    bool dropLanded(const std::string& task, const std::string& branch) override;
    [[nodiscard]] std::vector<PathRule> pathsFor(const std::filesystem::path& worktree,
                                                 const std::string& branch) override;
    std::optional<std::string> landedAs(const std::string& task, const std::string& head) override;
    Landed land(const LandRequest& request, const LeaseProof& proof) override;
    bool onBase(const std::string& commit) override;
    [[nodiscard]] bool reportsChecks() const override { return false; }

private:
    std::filesystem::path repository_;
    GitMirror mirror_;
    Worktrees worktrees_;
};

}  // namespace orch
