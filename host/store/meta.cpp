#include "store/meta.hpp"

#include <charconv>

#include "base/error.hpp"

namespace orch {

std::optional<std::string> readMeta(Connection& db, std::string_view key) {
    auto& query = db.prepared("SELECT value FROM schema_meta WHERE key=?").bind(key);
    if (!query.step()) return std::nullopt;
    return query.text(0);
}

std::optional<std::int64_t> readMetaNumber(Connection& db, std::string_view key) {
    const auto text = readMeta(db, key);
    if (!text) return std::nullopt;
    std::int64_t number = 0;
    const char* end = text->data() + text->size();
    const auto parsed = std::from_chars(text->data(), end, number);
    if (parsed.ec == std::errc{} && parsed.ptr == end) return number;
    throw StoreError("read schema_meta." + std::string(key) + ": \"" + *text +
                     "\" is not a number; the database is damaged, restore a copy");
}

void writeMeta(Connection& db, std::string_view key, std::string_view value) {
    db.prepared(
          "INSERT INTO schema_meta(key, value) VALUES(?, ?) "
          "ON CONFLICT(key) DO UPDATE SET value=excluded.value")
        .bind(key, value)
        .run();
}

}  // namespace orch
