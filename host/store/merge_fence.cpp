#include "store/merge_fence.hpp"

#include "store/meta.hpp"

namespace orch {

namespace {

std::string keyOf(const std::string& repository) {
    return "merge_fence:" + repository;
}

}  // namespace

std::int64_t takeMergeFence(Tx& tx, const std::string& repository) {
    const auto key = keyOf(repository);
    const auto token = readMetaNumber(tx.db(), key).value_or(0) + 1;
    writeMeta(tx.db(), key, std::to_string(token));
    return token;
}

bool holdsMergeFence(Connection& db, const std::string& repository, std::int64_t token) {
    return readMetaNumber(db, keyOf(repository)) == token;
}

}  // namespace orch
