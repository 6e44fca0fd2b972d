#pragma once

#include <filesystem>
#include <string>

#include "base/untrusted.hpp"
#include "forge/lfs_pointer.hpp"

namespace orch {

/// A folder of LFS objects as git-lfs lays it out, an object <aa>/<bb>/<oid> each. Nobody but
/// orchd's user, or the user whose repository it is, writes there. Any number of them at a time.
class LfsObjects {
public:
    explicit LfsObjects(std::filesystem::path folder) : folder_(std::move(folder)) {}

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    /// Is anything there that could hold objects?
    [[nodiscard]] bool exist() const;
    /// Below such a folder, whosoever it is.
    [[nodiscard]] static std::filesystem::path placeOf(const std::string& oid);

    /// By its name and its size.
    [[nodiscard]] bool has(const LfsPointer& pointer) const;
    [[nodiscard]] UntrustedFile open(const LfsPointer& pointer) const;

    /// Copies the file here if its bytes are what the pointer names, whoever may be writing to it.
    /// Otherwise nothing is changed, and the answer says what is wrong: "holds …", a clause about
    /// the file; empty: it is here now, on the disk. Owner and modes of what is made are what
    /// `folder` gives those that are made in it. Throws RemoteError when it cannot be written.
    [[nodiscard]] std::string put(const UntrustedFile& file, const LfsPointer& pointer) const;
    /// Does nothing where there is none.
    void remove(const LfsPointer& pointer) const;

private:
    std::filesystem::path folder_;
};

}  // namespace orch
