#include "store/backup.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <system_error>

#include "base/disk.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "store/backup_draft.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

constexpr int kRest = 6;                               // times as long as a piece took
constexpr int kPiecePages = 256;                       // 1 MB
constexpr std::uint64_t kSyncEvery = 8 * 1024 * 1024;  // a long flush holds up the daemon's own

[[noreturn]] void refuse(const fs::path& file, const std::string& why) {
    throw Refused(Refused::Why::kInvalid, backingUp(file) + why);
}

std::uint64_t number(Connection& db, const char* pragma) {
    auto& query = db.prepared(pragma).bind();
    return query.step() ? static_cast<std::uint64_t>(query.integer(0)) : 0;
}

std::uint64_t sizeOf(Connection& db) {
    return number(db, "PRAGMA page_count") * number(db, "PRAGMA page_size");
}

struct Close {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
    void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Close>;

class Copy {
public:
    Copy(const fs::path& file, const std::string& draft) : file_(file) {
        sqlite3* opened = nullptr;
        const int answer = sqlite3_open_v2(draft.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
        db_.reset(opened);
        require(answer == SQLITE_OK);
        // Nobody needs the draft after a crash, and it is synced by its descriptor.
        execute("PRAGMA journal_mode=OFF");
        execute("PRAGMA synchronous=OFF");
        execute("PRAGMA cache_size=-2048");
    }

    void fill(Connection& from, const BackupDraft& draft, const BackupRest& rest) {
        const std::unique_ptr<sqlite3_backup, Close> backup(
            sqlite3_backup_init(db_.get(), "main", from.native(), "main"));
        require(backup != nullptr);
        const auto page = number(from, "PRAGMA page_size");
        std::uint64_t synced = 0;
        for (int answer = SQLITE_OK; answer == SQLITE_OK;) {
            const auto begun = AwakeTime::clock::now();
            answer = sqlite3_backup_step(backup.get(), kPiecePages);
            require(answer == SQLITE_OK || answer == SQLITE_DONE, answer);
            const auto total = static_cast<std::uint64_t>(sqlite3_backup_pagecount(backup.get()));
            const auto left = static_cast<std::uint64_t>(sqlite3_backup_remaining(backup.get()));
            const BackupProgress progress{(total - left) * page, total * page};
            if (progress.done - synced >= kSyncEvery) {
                draft.sync();
                synced = progress.done;
            }
            const auto took = AwakeTime::clock::now() - begun;
            if (!rest(progress, std::chrono::ceil<Milliseconds>(kRest * took))) {
                throw StoreError(backingUp(file_) + "it was stopped");
            }
        }
    }

    /// One file, whatever comes of its neighbours: a new orchd makes it a WAL database again.
    std::string finish() {
        execute("PRAGMA journal_mode=DELETE");
        return execute("PRAGMA integrity_check(10)");
    }

private:
    void require(bool good, int answer = SQLITE_OK) const {
        if (good) return;
        const std::string why =
            answer == SQLITE_OK ? sqlite3_errmsg(db_.get()) : sqlite3_errstr(answer);
        throw StoreError(backingUp(file_) + why);
    }

    /// The lines of its first column.
    std::string execute(const char* sql) const {
        sqlite3_stmt* prepared = nullptr;
        require(sqlite3_prepare_v2(db_.get(), sql, -1, &prepared, nullptr) == SQLITE_OK);
        const std::unique_ptr<sqlite3_stmt, Close> statement(prepared);
        std::string lines;
        int answer = sqlite3_step(prepared);
        for (; answer == SQLITE_ROW; answer = sqlite3_step(prepared)) {
            const auto* text = sqlite3_column_text(prepared, 0);
            if (!lines.empty()) lines += "; ";
            if (text != nullptr) lines += reinterpret_cast<const char*>(text);
        }
        require(answer == SQLITE_DONE, answer);
        return lines;
    }

    fs::path file_;
    Database db_;
};

}  // namespace

void requireBackupPossible(Store& store, const fs::path& file) {
    if (!file.is_absolute() || !file.has_filename()) {
        refuse(file, "the path of a file is needed, beginning with /");
    }
    std::error_code unknown;
    if (fs::exists(fs::symlink_status(file, unknown))) {
        refuse(file, "there is a file of that name already; name another one");
    }
    if (!fs::is_directory(file.parent_path(), unknown)) {
        refuse(file, "there is no folder " + file.parent_path().string() + "; make it first");
    }
    const auto needs = store.read([](Connection& db) { return sizeOf(db); });
    const auto free = freeBytes(file.parent_path());
    if (free < needs) {
        refuse(
            file,
            "it needs " + spokenBytes(needs) + " and the disk has " + spokenBytes(free) + " left");
    }
}

void requireOutside(const fs::path& folder, const fs::path& file) {
    std::error_code unknown;
    const auto kept = fs::weakly_canonical(folder, unknown);
    const auto place = fs::weakly_canonical(file.parent_path(), unknown);
    const auto [rest, in_place] =
        std::mismatch(kept.begin(), kept.end(), place.begin(), place.end());
    if (rest != kept.end()) return;
    refuse(file,
           "it lies in orchd's own folder " + kept.string() +
               ", which is orchd's alone and lost together with the database; name a file outside"
               " of it, best on another disk");
}

BackupMade backUp(Store& store, const fs::path& file, const BackupRest& rest) {
    requireBackupPossible(store, file);
    BackupDraft draft(file);
    BackupMade made;
    store.read([&](Connection& from) {
        // The first question fixes the moment; the transaction is the reader's own.
        made.bytes = sizeOf(from);
        draft.reserve(made.bytes);
        Copy copy(file, draft.path());
        copy.fill(from, draft, rest);
        from.resetStatements();
        made.check = copy.finish();
    });
    if (made.check != "ok") {
        throw StoreError(backingUp(file) +
                         "the copy is damaged, so the database is: " + made.check);
    }
    draft.publish();
    return made;
}

}  // namespace orch
