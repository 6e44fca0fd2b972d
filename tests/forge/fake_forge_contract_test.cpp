#include "forge/forge_contract.hpp"
#include "support/fake_forge.hpp"
#include "support/fake_leases.hpp"

namespace orch::testing {

namespace {

std::string contentOf(const FakeTree& files, const std::string& path) {
    const auto found = files.find(path);
    return found == files.end() ? std::string{} : found->second;
}

class FakeWorld final : public ForgeWorld {
public:
    Forge& forge() override { return forge_; }
    std::filesystem::path folder(const std::string& name) const override { return "/fake/" + name; }
    std::string commit(const std::filesystem::path& /*folder*/,
                       const std::string& branch,
                       const std::string& path,
                       const std::string& text) override {
        return forge_.commit(branch, path, text);
    }
    void write(const std::filesystem::path& /*folder*/,
               const std::string& branch,
               const std::string& path,
               const std::string& text) override {
        forge_.write(branch, path, text);
    }
    std::string contentIn(const std::filesystem::path& folder, const std::string& path) override {
        return contentOf(forge_.filesIn(folder), path);
    }
    void lose(const std::filesystem::path& folder) override { forge_.loseWorktree(folder); }
    std::string commitOnBase(const std::string& path, const std::string& text) override {
        return forge_.commitOnBase(path, text);
    }
    std::string revertOnBase(const std::string& commit) override {
        return forge_.revertOnBase(commit);
    }
    std::string withdrawFromBase() override { return forge_.withdrawFromBase(); }
    std::string mergeByHand(const std::string& head) override { return forge_.mergeByHand(head); }
    void soilCheckout() override { forge_.soilCheckout(); }
    std::string baseContent(const std::string& path) override {
        return contentOf(forge_.filesOf(forge_.baseTip()), path);
    }
    std::string firstParentOf(const std::string& commit) override {
        return forge_.parentsOf(commit).front();
    }

private:
    FakeForge forge_;
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Fake, ForgeContract, FakeWorld);

TEST(FakeForge, AScriptedAnswerIsGivenOnceAndNothingHappens) {
    FakeForge forge;
    forge.answerNextLand({Landed::Kind::kRefused, {}, "as told"});
    const LandRequest request{"T-1", "orch/T-1", forge.commit("orch/T-1"), forge.baseTip(), "x"};
    EXPECT_EQ(forge.land(request, heldLease()).reason, "as told");
    EXPECT_EQ(forge.land(request, heldLease()).kind, Landed::Kind::kMerged);
}

TEST(FakeForge, TheHookMayThrowAndCallsAreCounted) {
    FakeForge forge;
    forge.beforeEachCall(
        [](const std::string& call) { throw RemoteError(call + " is down", true); });
    EXPECT_THROW(forge.fetchBase(), RemoteError);
    forge.beforeEachCall({});
    EXPECT_NO_THROW(forge.fetchBase());
    EXPECT_EQ(forge.countOf("fetchBase"), 2);
}

}  // namespace orch::testing
