#include "pipeline/janitor/bytes_in.hpp"

#include "base/tree.hpp"

namespace orch {

std::uint64_t bytesIn(const std::filesystem::path& folder) {
    std::uint64_t bytes = 0;
    const auto seen = walkTree(folder, [&](const TreeEntry& entry) {
        if (S_ISREG(entry.info.st_mode)) bytes += static_cast<std::uint64_t>(entry.info.st_size);
    });
    (void)seen;  // a size for people: what cannot be seen adds nothing
    return bytes;
}

}  // namespace orch
