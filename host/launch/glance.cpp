#include "launch/glance.hpp"

#include "base/error.hpp"
#include "launch/observe_attempt.hpp"
#include "launch/record_files.hpp"

namespace orch {

namespace {

/// Records are a few hundred bytes; what is longer is none.
constexpr std::uint64_t kLongestRecord = 64U << 10U;

SeenLock seenAs(LockState lock) {
    switch (lock) {
        case LockState::kHeld:
            return SeenLock::kHeld;
        case LockState::kFree:
            return SeenLock::kFree;
        case LockState::kAbsent:
            return SeenLock::kAbsent;
    }
    return SeenLock::kUnknown;
}

void readExit(const AttemptFolder& folder, Glance& seen) {
    const auto found = folder.read(folder.exit(), kLongestRecord);
    if (found.absent) return;
    const auto text = found.text.value_or("");
    seen.record = decodeExit(text, folder.key);
    const auto owner = keyOfExit(text);
    const bool foreign = owner && *owner != folder.key;
    seen.exit = seen.record ? SeenExit::kValid : foreign ? SeenExit::kForeign : SeenExit::kDamaged;
}

/// What cannot be read is `seen`'s trouble and leaves the answer as it was before.
template <typename Read>
void tryTo(Glance& seen, Read read) {
    try {
        read();
    } catch (const Error& error) {
        seen.trouble += (seen.trouble.empty() ? "" : "; ") + std::string{error.what()};
    }
}

}  // namespace

Glance glanceAt(const AttemptFolder& folder) {
    Glance seen;
    tryTo(seen, [&] { seen.lock = seenAs(lockState(folder.lock())); });
    if (seen.lock == SeenLock::kHeld) return seen;
    seen.exit = SeenExit::kUnknown;
    if (seen.lock == SeenLock::kUnknown) return seen;
    tryTo(seen, [&] {
        readExit(folder, seen);
        if (seen.exit == SeenExit::kUnknown) seen.exit = SeenExit::kNone;
    });
    tryTo(seen, [&] { seen.proc = readProc(folder); });
    return seen;
}

std::filesystem::path keepCopyOfExit(const AttemptFolder& folder) {
    const auto aside = folder.path / "exit.damaged.json";
    if (!folder.read(aside, kLongestRecord).absent) return aside;
    const auto found = folder.read(folder.exit(), kLongestRecord);
    if (!found.absent) replaceFile(aside, found.text.value_or("exit.json " + found.trouble + "\n"));
    return aside;
}

}  // namespace orch
