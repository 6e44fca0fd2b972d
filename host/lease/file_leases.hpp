#pragma once

#include <filesystem>

#include "core/lease.hpp"
#include "lease/machine.hpp"
#include "lease/sightings.hpp"

namespace orch {

class LeaseFiles;

/// Merge leases as files of one folder, for all processes of this machine that use it
/// (docs/adr/0009). Must outlive the proofs it gives.
class FileLeases final : public MergeLeases {
public:
    /// Makes the folder. Throws Error when locks or links do not work in it, or it is not ours.
    explicit FileLeases(std::filesystem::path folder,
                        Milliseconds ttl = kLeaseTtl,
                        Machine here = thisMachine());

    [[nodiscard]] std::variant<LeaseProof, Busy> acquire(const Request& request) override;
    [[nodiscard]] std::vector<LeaseObservation> list() const override;
    bool reclaim(const std::string& repository, std::optional<std::int64_t> token) override;

private:
    [[nodiscard]] std::unique_ptr<LeaseFiles> filesOf(const std::string& name) const;

    std::filesystem::path folder_;
    Milliseconds ttl_;
    Machine here_;
    mutable Sightings sightings_;
};

}  // namespace orch
