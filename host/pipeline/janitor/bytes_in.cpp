#include "pipeline/janitor/bytes_in.hpp"

namespace orch {

namespace fs = std::filesystem;

std::uint64_t bytesIn(const fs::path& folder) {
    std::uint64_t bytes = 0;
    std::error_code gone;
    for (fs::recursive_directory_iterator each(
             folder, fs::directory_options::skip_permission_denied, gone);
         !gone && each != fs::recursive_directory_iterator{};
         each.increment(gone)) {
        std::error_code unknown;
        if (each->symlink_status(unknown).type() != fs::file_type::regular) continue;
        const auto size = each->file_size(unknown);
        if (!unknown) bytes += size;
    }
    return bytes;
}

}  // namespace orch
