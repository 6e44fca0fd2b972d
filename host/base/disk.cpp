#include "base/disk.hpp"

#include <sys/statvfs.h>

#include <cerrno>
#include <system_error>

#include "base/error.hpp"

namespace orch {

std::uint64_t freeBytes(const std::filesystem::path& path) {
    struct statvfs seen {};
    while (statvfs(path.c_str(), &seen) != 0) {
        if (errno == EINTR) continue;
        throw Error("cannot ask how much is free on the disk of " + path.string() + ": " +
                    std::generic_category().message(errno));
    }
    return std::uint64_t{seen.f_bavail} * seen.f_frsize;
}

}  // namespace orch
