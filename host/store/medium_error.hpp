#pragma once

#include "base/error.hpp"

namespace orch {

/// The disk or the file refused, not the statement: nothing else in the pass will fare better, and
/// an operator must know.
class MediumError final : public StoreError {
    using StoreError::StoreError;
};

}  // namespace orch
