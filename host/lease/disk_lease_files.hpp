#pragma once

#include <filesystem>

#include "lease/lease_files.hpp"
#include "lease/machine.hpp"
#include "lease/sightings.hpp"

namespace orch {

/// The files `<folder>/<name>.{lease,guard,hold}`. What is written gets the name `….new` first, one
/// name each, so that whoever is killed leaves nothing that piles up.
class DiskLeaseFiles final : public LeaseFiles {
public:
    /// `sightings` must outlive it. lock() gives up after `guard_wait`.
    DiskLeaseFiles(const std::filesystem::path& folder,
                   std::string name,
                   Machine here,
                   Sightings& sightings,
                   Milliseconds guard_wait);

    void lock() override;
    void unlock() noexcept override { guard_fd_.reset(); }
    [[nodiscard]] LeaseObservation look() const override;
    [[nodiscard]] std::optional<Lease> read() const override;
    void remove() override;
    [[nodiscard]] UniqueFd makeHold() override;
    void place(const Lease& lease) override;
    void replace(const Lease& lease) override;

private:
    [[nodiscard]] bool lockGuard();
    void requireGuard() const;
    void settle(const std::filesystem::path& file) const;
    [[nodiscard]] std::filesystem::path newName(const std::filesystem::path& file) const;

    std::string name_;
    std::filesystem::path lease_, guard_, hold_;
    Machine here_;
    Sightings& sightings_;
    Milliseconds guard_wait_;
    UniqueFd guard_fd_;
};

}  // namespace orch
