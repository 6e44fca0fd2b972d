#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/mask.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace orch {

/// One prepared statement on a connection. In every text that is bound, the secrets are hidden: so
/// none gets into the database, and comparisons hold. Bind in order, step, read columns by index.
/// Throws StoreError naming the statement. Not thread-safe; lives on its connection's thread.
class Statement {
public:
    Statement(sqlite3* db, std::string_view sql, Mask mask = {});
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// Resets the statement and binds every `?` in order: integers, text, or std::nullopt / empty
    /// optional for NULL.
    template <class... Values>
    Statement& bind(const Values&... values) {
        reset();
        int index = 0;
        (bindOne(++index, values), ...);
        return *this;
    }
    /// True when there is a row.
    bool step();
    /// Steps to the end and answers how many rows were changed.
    int run();

    [[nodiscard]] bool isNull(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] std::optional<std::int64_t> maybeInteger(int column) const;

private:
    void reset();
    void bindOne(int index, std::int64_t value);
    void bindOne(int index, int value) { bindOne(index, std::int64_t{value}); }
    void bindOne(int index, bool value) { bindOne(index, std::int64_t{value}); }
    void bindOne(int index, std::string_view value);
    void bindOne(int index, const char* value) { bindOne(index, std::string_view{value}); }
    void bindOne(int index, const std::string& value) { bindOne(index, std::string_view{value}); }
    void bindOne(int index, std::nullopt_t);
    template <class T>
    void bindOne(int index, const std::optional<T>& value) {
        if (value) {
            bindOne(index, *value);
        } else {
            bindOne(index, std::nullopt);
        }
    }

    void bindText(int index, std::string_view value);

    sqlite3* db_;
    Mask mask_;
    sqlite3_stmt* statement_ = nullptr;
};

}  // namespace orch
