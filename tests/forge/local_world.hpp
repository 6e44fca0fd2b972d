#pragma once

#include "forge/forge_contract.hpp"
#include "forge/local_git_forge.hpp"
#include "support/git_repo.hpp"
#include "support/temp_dir.hpp"

namespace orch::testing {

/// A real repository with `main` checked out, and a LocalGitForge before it. Names have spaces and
/// letters beyond ASCII on purpose.
class LocalWorld : public ForgeWorld {
public:
    LocalWorld() : LocalWorld("main checkout ä") {}

    Forge& forge() override { return forge_; }
    [[nodiscard]] std::filesystem::path folder(const std::string& name) const override {
        return dir_ / "state dir ü" / "tasks" / name;
    }
    std::string commit(const std::filesystem::path& folder,
                       const std::string& /*branch*/,
                       const std::string& path,
                       const std::string& text) override {
        return GitRepo{folder}.commit(path, text);
    }
    void write(const std::filesystem::path& folder,
               const std::string& /*branch*/,
               const std::string& path,
               const std::string& text) override {
        GitRepo{folder}.write(path, text);
    }
    std::string contentIn(const std::filesystem::path& folder, const std::string& path) override {
        return GitRepo{folder}.read(path);
    }
    void lose(const std::filesystem::path& folder) override { std::filesystem::remove_all(folder); }
    std::string commitOnBase(const std::string& path, const std::string& text) override {
        return user_.commit(path, text);
    }
    std::string revertOnBase(const std::string& commit) override {
        std::vector<std::string> command{"revert", "--no-edit"};
        if (user_.succeeds({"rev-parse", "--verify", commit + "^2"})) {
            command.insert(command.end(), {"-m", "1"});
        }
        command.push_back(commit);
        user_.git(command);
        return user_.tip();
    }
    std::string withdrawFromBase() override {
        user_.git({"reset", "-q", "--hard", "HEAD^"});
        return user_.tip();
    }
    std::string mergeByHand(const std::string& head) override {
        user_.git({"fetch", "-q", mirror().string(), head});
        user_.git({"merge", "-q", "--no-ff", "-m", "Merged by hand", head});
        return user_.tip();
    }
    void soilCheckout() override { user_.write("README", "not committed\n"); }
    std::string baseContent(const std::string& path) override {
        const auto file = "main:" + path;
        return user_.succeeds({"cat-file", "-e", file}) ? user_.git({"show", file}) + "\n" : "";
    }
    std::string firstParentOf(const std::string& commit) override {
        return GitRepo{mirror()}.tip(commit + "^1");
    }

    [[nodiscard]] const GitRepo& user() const { return user_; }
    [[nodiscard]] std::filesystem::path mirror() const { return dir_ / "state dir ü" / "repo.git"; }
    [[nodiscard]] std::filesystem::path path(const std::string& name) const { return dir_ / name; }

protected:
    explicit LocalWorld(const std::string& name)
        : user_(GitRepo::create(dir_ / name)), forge_(user_.path(), "main", mirror()) {}

private:
    TempDir dir_;
    GitRepo user_;
    LocalGitForge forge_;
};

}  // namespace orch::testing
