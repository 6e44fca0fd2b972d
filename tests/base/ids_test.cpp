#include "base/ids.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace orch {

RC_GTEST_PROP(TaskIdTest, NameIsReadBack, ()) {
    const TaskId id{*rc::gen::positive<std::int64_t>()};
    RC_ASSERT(parseTaskId(name(id)) == id);
}

RC_GTEST_PROP(AttemptKeyTest, NameIsReadBack, ()) {
    const AttemptKey key{JobId{*rc::gen::positive<std::int64_t>()}, *rc::gen::positive<int>()};
    RC_ASSERT(parseAttemptKey(name(key)) == key);
}

TEST(TaskIdTest, IsNothingElse) {
    for (const auto* text : {"",
                             "T-",
                             "T-0",
                             "T--1",
                             "T-1 ",
                             "t-1",
                             "1",
                             "T-+1",
                             "T-1x",
                             "XT-1",
                             "T-9223372036854775808"}) {
        EXPECT_FALSE(parseTaskId(text)) << text;
    }
}

TEST(AttemptKeyTest, IsNothingElse) {
    for (const auto* text :
         {"", "7", "7.", ".2", "7.0", "0.2", "7.2.1", "7.-2", "7. 2", "7.2147483648"}) {
        EXPECT_FALSE(parseAttemptKey(text)) << text;
    }
}

}  // namespace orch
