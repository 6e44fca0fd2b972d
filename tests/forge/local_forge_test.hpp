#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "forge/local_world.hpp"
#include "support/fake_leases.hpp"

namespace orch::testing {

/// A prepared LocalGitForge before a repository whose `main` is checked out.
struct LocalForgeTest : ::testing::Test {
    void SetUp() override { forge().prepare(); }

    Forge& forge() { return world.forge(); }
    [[nodiscard]] const GitRepo& user() const { return world.user(); }
    [[nodiscard]] GitRepo worktree(const std::string& task) const {
        return GitRepo{world.folder(task)};
    }
    GitRepo open(const std::string& task) {
        forge().openWorktree(world.folder(task), "orch/" + task);
        return worktree(task);
    }
    std::string work(const std::string& task, const std::string& path, const std::string& text) {
        open(task).commit(path, text);
        return stateOf(task).head;  // takes it in
    }
    LandRequest request(const std::string& task, const std::string& head) {
        return {task, "orch/" + task, head, forge().fetchBase(), "Say hello"};
    }
    Landed land(const std::string& task, const std::string& head) {
        return forge().land(request(task, head), heldLease());
    }
    WorkState stateOf(const std::string& task) {
        return forge().workState(world.folder(task), "orch/" + task);
    }
    /// An executable file with a shell script.
    static void script(const std::filesystem::path& file, const std::string& body) {
        GitRepo{file.parent_path()}.write(file.filename(), "#!/bin/sh\n" + body + "\n");
        std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    }
    void hook(const std::string& name, const std::string& body) const {
        std::filesystem::create_directories(user().path() / ".git" / "hooks");
        script(user().path() / ".git" / "hooks" / name, body);
    }
    void dropHook(const std::string& name) const {
        std::filesystem::remove(user().path() / ".git" / "hooks" / name);
    }

    LocalWorld world;
};

}  // namespace orch::testing
