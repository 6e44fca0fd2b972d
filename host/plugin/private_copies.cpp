#include "plugin/private_copies.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"

namespace orch {

namespace fs = std::filesystem;

PrivateCopies::PrivateCopies(fs::path folder) : folder_(std::move(folder)) {
    std::error_code error;
    fs::remove_all(folder_, error);  // a link in its place goes, not what it leads to
    if (error) throw Error("cannot empty folder " + folder_.string() + ": " + error.message());
    ensureFolder(folder_);
    if (chmod(folder_.c_str(), 0700) != 0) {  // a umask may have taken more
        throw Error("cannot set the mode of " + folder_.string() + ": " +
                    std::generic_category().message(errno));
    }
}

fs::path PrivateCopies::add(const std::string& plugin,
                            std::int64_t generation,
                            const LibraryFile& library) {
    const auto copy =
        folder_ / (plugin + "-" + std::to_string(generation) + "-" + std::to_string(++given_) +
                   "-" + library.sha256.substr(0, 12) + ".so");
    replaceFile(copy, library.bytes, Sync::kNo, 0500);
    return copy;
}

}  // namespace orch
