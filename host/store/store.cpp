#include "store/store.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "store/file_lock.hpp"
#include "store/readers.hpp"
#include "store/schema.hpp"
#include "store/timeline.hpp"
#include "store/writer.hpp"

namespace orch {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file) {
    throw StoreError("open database " + file.string() + ": " +
                     std::strerror(errno) +  // NOLINT(concurrency-mt-unsafe)
                     "; check the folder and its permissions");
}

UniqueFd lockIn(const std::filesystem::path& file, Milliseconds wait) {
    if (file.has_parent_path()) ensureFolder(file.parent_path());
    return lockDatabase(file, wait);
}

// SQLite would create it readable for all; its -wal and -shm files take over the mode.
const std::filesystem::path& makePrivate(const std::filesystem::path& file) {
    const UniqueFd fd(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!fd || fchmod(fd.get(), 0600) != 0) refuse(file);
    return file;
}

BootReading readClocks() {
    const auto wall = std::chrono::system_clock::now().time_since_epoch();
    return {
        bootId(), Milliseconds{bootMilliseconds()}, std::chrono::duration_cast<Milliseconds>(wall)};
}

Milliseconds openDatabase(Connection& db, const std::filesystem::path& file) {
    return inTransaction(db, [&] {
        ensureSchema(db, file);
        return openTimeline(db, readClocks());
    });
}

}  // namespace

// In the order of dependence: the writer goes first, the lock last.
struct Store::Impl {
    Impl(const std::filesystem::path& file, Milliseconds lock_wait, const Mask& mask)
        : lock(lockIn(file, lock_wait)),
          db(makePrivate(file), Connection::Mode::kWrite, mask),
          clock(openDatabase(db, file)),
          readers(file, mask),
          writer(db, clock) {}

    UniqueFd lock;
    Connection db;
    SystemClock clock;
    Readers readers;
    Writer writer;
};

Store::Store(const std::filesystem::path& file, Milliseconds lock_wait, const Mask& mask)
    : impl_(std::make_unique<Impl>(file, lock_wait, mask)) {}

Store::~Store() = default;

const Clock& Store::clock() const {
    return impl_->clock;
}

void Store::enqueue(Closure closure) {
    impl_->writer.post({std::move(closure.run), std::move(closure.complete)});
}

void Store::setPassEnd(PassEnd hook) {
    impl_->writer.setPassEnd(std::move(hook));
}

void Store::kick() {
    impl_->writer.kick();
}

void Store::flush() {
    write([](Tx&) {});
}

std::string Store::trouble() const {
    return impl_->writer.trouble();
}

bool Store::idle() const {
    return impl_->writer.idle();
}

Store::Reader::Reader(Store& store) : store_(store), connection_(store.impl_->readers.take()) {}

Store::Reader::~Reader() {
    store_.impl_->readers.giveBack(std::move(connection_));
}

}  // namespace orch
