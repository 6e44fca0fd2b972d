#include "ctl/init/write_new.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace orch::ctl {

namespace fs = std::filesystem;

namespace {

std::string reason(int error) {
    return std::generic_category().message(error);
}

[[noreturn]] void refuseExisting(const fs::path& file) {
    throw Error(file.string() +
                " is there already and stays as it is: check it with orchctl doctor --config " +
                shellWord(file.string()) +
                ", or write a new one with --force, which keeps the old one beside it");
}

/// A second name for the file, so that at no instant it is without one.
fs::path keepAside(const fs::path& file) {
    for (int number = 1;; ++number) {
        fs::path aside = file.string() + ".before-" + std::to_string(number);
        if (link(file.c_str(), aside.c_str()) == 0) return aside;
        if (errno == EEXIST) continue;
        throw Error("keeping " + file.string() + " as " + aside.string() + ": " + reason(errno) +
                    ": move it away yourself");
    }
}

bool writeAll(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto written = write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return fsync(fd) == 0;
}

[[noreturn]] void failWriting(const fs::path& file, int error) {
    throw Error("cannot write " + file.string() + ": " + reason(error) +
                (error == EACCES || error == EROFS
                     ? ": run it as a user who may write in that folder"
                     : ""));
}

void createExclusively(const fs::path& file, const std::string& text) {
    const UniqueFd fd{open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)};
    if (!fd && errno == EEXIST) refuseExisting(file);
    if (!fd) failWriting(file, errno);
    if (writeAll(fd.get(), text)) return;
    const int error = errno;
    unlink(file.c_str());  // half a file would be taken for a configuration
    failWriting(file, error);
}

}  // namespace

std::optional<fs::path> writeNew(const fs::path& file, const std::string& text, Existing existing) {
    const bool there = fs::exists(fs::symlink_status(file));
    if (!there || existing == Existing::kRefuse) {
        createExclusively(file, text);
        return std::nullopt;
    }
    auto aside = keepAside(file);
    replaceFile(file, text, Sync::kYes, 0644);
    return aside;
}

}  // namespace orch::ctl
