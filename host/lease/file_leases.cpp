#include "lease/file_leases.hpp"

#include <algorithm>

#include "base/lock_trouble.hpp"
#include "lease/disk_lease_files.hpp"
#include "lease/holding.hpp"
#include "lease/lease_name.hpp"

namespace orch {

namespace {

namespace fs = std::filesystem;

/// Nobody keeps the guard for longer than a few writes and a token take.
constexpr Milliseconds kLongestGuard = std::chrono::seconds{10};

LeaseProof proofOf(std::unique_ptr<LeaseFiles> files, const Machine& here, TakenLease taken) {
    auto holding = std::make_unique<LeaseHolding>(std::move(files), here, std::move(taken));
    holding->start();
    return LeaseProof(std::move(holding));
}

std::vector<std::string> leaseNames(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    fs::directory_iterator entry(folder, error);
    for (; !error && entry != fs::directory_iterator{}; entry.increment(error)) {
        const auto name = entry->path().stem().string();
        if (entry->path().extension() == ".lease" && isLeaseName(name)) names.push_back(name);
    }
    if (error == std::errc::no_such_file_or_directory) return {};  // no folder, no leases
    if (error) throw Error("cannot list " + folder.string() + ": " + error.message());
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

FileLeases::FileLeases(fs::path folder, Milliseconds ttl, Machine here)
    : folder_(std::move(folder)), ttl_(ttl), here_(std::move(here)) {
    ensureFolder(folder_);
    if (const auto trouble = lockTrouble(folder_)) throw Error("merge leases: " + *trouble);
}

std::unique_ptr<LeaseFiles> FileLeases::filesOf(const std::string& name) const {
    const auto wait = std::min(kLongestGuard, ttl_ / 4);
    return std::make_unique<DiskLeaseFiles>(folder_, name, here_, sightings_, wait);
}

std::variant<LeaseProof, MergeLeases::Busy> FileLeases::acquire(const Request& request) {
    const auto name = leaseNameOf(request.repository);
    ensureFolder(folder_);  // somebody may have tidied up; a missing file is a lease that is free
    auto files = filesOf(name);
    try {
        auto taken = takeLease(*files, here_, name, ttl_, request);
        if (auto* busy = std::get_if<Busy>(&taken)) return std::move(*busy);
        return proofOf(std::move(files), here_, std::get<TakenLease>(std::move(taken)));
    } catch (const GuardBusy& busy) {
        return Busy{busy.what()};
    }
}

std::vector<LeaseObservation> FileLeases::list() const {
    std::vector<LeaseObservation> seen;
    for (const auto& name : leaseNames(folder_)) {
        auto one = filesOf(name)->look();
        if (one.exists) seen.push_back(std::move(one));
    }
    return seen;
}

bool FileLeases::reclaim(const std::string& repository, std::optional<std::int64_t> token) {
    if (!isLeaseName(repository)) {
        throw Refused(Refused::Why::kInvalid, "no merge lease is called \"" + repository + "\"");
    }
    return reclaimLease(*filesOf(repository), here_, ttl_, token);
}

}  // namespace orch
