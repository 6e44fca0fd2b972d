#pragma once

#include <chrono>
#include <future>
#include <utility>

#include "base/error.hpp"
#include "store/store.hpp"

namespace orch {

/// Commits `closure(tx)` and returns what it returned. What is ordered must be known to be done or
/// not before it is answered, within a bound: throws StoreError after 10 s. The closure may run
/// after that: it owns what it uses.
template <class F>
auto writeBounded(Store& store, F closure) {
    auto future = store.post(std::move(closure));
    if (future.wait_for(std::chrono::seconds{10}) != std::future_status::ready) {
        throw StoreError("the database did not answer within 10 s: look again whether it happened");
    }
    return future.get();
}

}  // namespace orch
