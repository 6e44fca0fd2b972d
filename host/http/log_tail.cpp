#include "http/log_tail.hpp"

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "base/error.hpp"

namespace orch {
namespace {

constexpr std::size_t kPiece = 65'536;

}  // namespace

std::string LogTail::next() {
    // An agent may have put a link or a pipe in its log's place: neither is followed or waited for.
    constexpr int kHow = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    if (!content_) content_ = UniqueFd(open(file_.c_str(), kHow));
    if (!content_ && errno == ENOENT) return {};
    std::string piece(kPiece, '\0');
    const auto size = content_ ? read(content_.get(), piece.data(), piece.size()) : -1;
    if (size < 0) {
        throw Error("cannot read " + file_.string() + ": " +
                    std::generic_category().message(errno));
    }
    piece.resize(static_cast<std::size_t>(size));
    return piece;
}

int LogTail::changes() {
    if (watch_ || !content_) return watch_.get();
    UniqueFd watch(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (watch && inotify_add_watch(watch.get(), file_.c_str(), IN_MODIFY | IN_CLOSE_WRITE) >= 0) {
        watch_ = std::move(watch);
    }
    return watch_.get();
}

void LogTail::forgetChanges() {
    std::array<char, 4096> events{};
    while (watch_ && read(watch_.get(), events.data(), events.size()) > 0) {
    }
}

}  // namespace orch
