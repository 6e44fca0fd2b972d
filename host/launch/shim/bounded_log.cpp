#include "launch/shim/bounded_log.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.hpp"

namespace orch {

void BoundedLog::take(std::string_view bytes) {
    total_ += bytes.size();
    const auto room = std::min<std::uint64_t>(limit_ - kept_, bytes.size());
    const auto kept = keep(bytes.substr(0, room));
    kept_ += kept;
    if (kept > 0) last_ = bytes[kept - 1];
    if (kept < room) limit_ = kept_;  // what came after a hole would mislead
}

std::size_t BoundedLog::keep(std::string_view bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const auto wrote = write(file_.get(), bytes.data() + done, bytes.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) write_error_ = errno;
        if (wrote <= 0) break;
        done += static_cast<std::size_t>(wrote);
    }
    return done;
}

void BoundedLog::finish() {
    if (total_ > kept_) (void)keep(closingLine());  // its own failure has nowhere else to go
}

std::string BoundedLog::closingLine() const {
    const std::string why = write_error_ != 0
                                ? std::string{"cannot write: "} + strerror(write_error_)
                                : "limit " + formatBytes(limit_);
    return (last_ == '\n' ? "" : "\n") + ("[orchd: " + std::to_string(total_ - kept_)) +
           " bytes of output discarded, " + why + "]\n";
}

}  // namespace orch
