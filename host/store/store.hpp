#pragma once

#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <type_traits>
#include <utility>

#include "base/clock.hpp"
#include "store/connection.hpp"

namespace orch {

/// The database: one writer thread with group commit, and read connections. Thread-safe.
///
/// A pass of the writer takes every closure that waits, runs each in a savepoint inside one
/// transaction, runs the pass-end hook, commits once, and then completes the futures and runs the
/// hook's after-commit action. A closure that throws fails alone; a COMMIT that fails, or a disk
/// that refuses a statement, fails all. A hook that throws loses its own changes only.
class Store {
public:
    /// Opens (creating it) with the exclusive lock of the one daemon per file: waits up to
    /// `lock_wait` for a predecessor, then throws StoreError naming the holder. Ensures the schema;
    /// refuses a database whose schema_meta.min_reader is above this program's version.
    /// The secrets that `mask` hides are in none of its rows.
    Store(const std::filesystem::path& file, Milliseconds lock_wait, const Mask& mask = {});
    /// Runs what is waiting, commits, joins the writer, closes.
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    /// The clock on this database's StoredTimeline.
    [[nodiscard]] const Clock& clock() const;

    /// Runs `closure(Tx&)` on the writer's thread; the future is completed after its COMMIT.
    template <class F>
    auto post(F closure) -> std::future<std::invoke_result_t<F&, Tx&>> {
        using Result = std::invoke_result_t<F&, Tx&>;
        auto promise = std::make_shared<std::promise<Result>>();
        auto future = promise->get_future();
        auto result = std::make_shared<Slot<Result>>();
        enqueue({[closure = std::move(closure), result](Tx& tx) mutable {
                     if constexpr (std::is_void_v<Result>) {
                         closure(tx);
                     } else {
                         result->emplace(closure(tx));
                     }
                 },
                 [promise, result](const std::exception_ptr& error) {
                     if (error) {
                         promise->set_exception(error);
                     } else if constexpr (std::is_void_v<Result>) {
                         promise->set_value();
                     } else {
                         promise->set_value(std::move(**result));
                     }
                 }});
        return future;
    }
    /// post() and wait.
    template <class F>
    auto write(F closure) {
        return post(std::move(closure)).get();
    }
    /// Runs `query(Connection&)` on a read connection of its own snapshot, on the caller's thread.
    template <class F>
    auto read(F query) {
        const Reader reader(*this);
        return query(reader.connection());
    }

    /// Runs at the end of every pass, in the pass's transaction; what it returns (if anything) runs
    /// on the writer's thread after the COMMIT and must not block. Set before the first post.
    using AfterCommit = std::function<void()>;
    using PassEnd = std::function<AfterCommit(Tx&)>;
    void setPassEnd(PassEnd hook);
    /// Makes the writer do a pass although nothing waits (a scheduled job is due).
    void kick();
    /// Waits until every closure posted so far is committed.
    void flush();

    /// A sentence while the writer is not able to commit (disk full) or the pass-end hook or what
    /// follows it fails; empty again after the next pass that goes well.
    [[nodiscard]] std::string trouble() const;
    /// Nothing waits to be written: the moment for what is not urgent.
    [[nodiscard]] bool idle() const;

private:
    template <class T>
    using Slot = std::optional<std::conditional_t<std::is_void_v<T>, char, T>>;
    struct Closure {
        std::function<void(Tx&)> run;
        std::function<void(const std::exception_ptr&)> complete;
    };
    class Reader {
    public:
        explicit Reader(Store& store);
        ~Reader();
        Reader(const Reader&) = delete;
        Reader& operator=(const Reader&) = delete;
        [[nodiscard]] Connection& connection() const { return *connection_; }

    private:
        Store& store_;
        std::unique_ptr<Connection> connection_;
    };
    void enqueue(Closure closure);

    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace orch
