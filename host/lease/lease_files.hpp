#pragma once

#include "base/error.hpp"
#include "core/lease.hpp"

namespace orch {

/// Somebody else has kept a lease's guard for longer than anyone needs it.
class GuardBusy : public Error {
    using Error::Error;
};

/// The files of one repository's lease: every call is one indivisible step on them. lease/steps.hpp
/// makes taking, renewing, releasing and reclaiming of these; tests/model runs that through all
/// interleavings on files of its own. Used by one thread, but for read(). Calls throw Error.
class LeaseFiles {
public:
    virtual ~LeaseFiles() = default;

    /// Takes the guard, waiting a little; throws GuardBusy.
    virtual void lock() = 0;
    virtual void unlock() noexcept = 0;

    [[nodiscard]] virtual LeaseObservation look() const = 0;
    /// The lease alone; nothing when there is none or it is damaged.
    [[nodiscard]] virtual std::optional<Lease> read() const = 0;

    // Only under the guard:
    virtual void remove() = 0;
    /// A new hold file, locked before it has its name. The old one stays with whoever still has it
    /// open.
    [[nodiscard]] virtual UniqueFd makeHold() = 0;
    /// Where there is none.
    virtual void place(const Lease& lease) = 0;
    /// Where there is one.
    virtual void replace(const Lease& lease) = 0;
};

/// The guard, for as long as this lives.
class Guarded {
public:
    explicit Guarded(LeaseFiles& files) : files_(files) { files_.lock(); }
    Guarded(const Guarded&) = delete;
    Guarded& operator=(const Guarded&) = delete;
    ~Guarded() { files_.unlock(); }

private:
    LeaseFiles& files_;
};

}  // namespace orch
