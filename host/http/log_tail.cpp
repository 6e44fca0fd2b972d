#include "http/log_tail.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "base/error.hpp"
#include "base/untrusted.hpp"

namespace orch {
namespace {

constexpr std::size_t kPiece = 65'536;

}  // namespace

std::string LogTail::next() {
    if (!content_) {
        // An agent may have put a link or a pipe in its log's place.
        auto found = openUntrusted(file_.parent_path(), file_.filename());
        if (found.absent) return {};
        if (!found.fd) throw Error(file_.string() + " " + found.trouble);
        content_ = std::move(found.fd);
    }
    std::string piece(kPiece, '\0');
    const auto size = read(content_.get(), piece.data(), piece.size());
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
