#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/forge.hpp"
#include "forge/checkout.hpp"
#include "forge/git_mirror.hpp"
#include "forge/push.hpp"

namespace orch {

/// Lands one judged head on the base of a local repository. An object serves one request, under the
/// repository's lock. Throws RemoteError, LeaseLost among them.
class Landing {
public:
    Landing(const GitMirror& mirror,
            std::filesystem::path repository,
            const LandRequest& request,
            const LeaseProof& proof)
        : mirror_(mirror), repository_(std::move(repository)), request_(request), proof_(proof) {}

    [[nodiscard]] Landed run();

private:
    /// How the user's folders stand to a merge.
    struct Standing {
        std::vector<std::string> changes;
        std::string hindrance;    ///< why nothing may be pushed
        bool may_follow = false;  ///< there is a folder, and nothing keeps it from following
    };
    [[nodiscard]] std::optional<Landed> tryOnce();
    [[nodiscard]] BaseSeen look() const;
    [[nodiscard]] std::optional<Landed> mergeAndPush(const std::string& tip,
                                                     const MergePreview& preview);
    [[nodiscard]] std::optional<Landed> observed(const std::string& merge,
                                                 const PushAnswer& answer) const;
    [[nodiscard]] Standing standingOf(const std::vector<Checkout>& checkouts,
                                      const std::string& tip,
                                      const std::string& merge) const;
    void begin(const std::string& merge) const;
    void clearUp() const;

    const GitMirror& mirror_;
    std::filesystem::path repository_;
    const LandRequest& request_;
    const LeaseProof& proof_;
    std::string busy_;  ///< what the last push that met somebody else's said
};

}  // namespace orch
