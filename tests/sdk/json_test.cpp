#include "orch/json.hpp"

#include <gtest/gtest.h>

namespace orch {

using namespace std::chrono_literals;

TEST(JsonTest, AnObjectHoldsEveryKindOfValue) {
    const std::string name = "T-3";
    EXPECT_EQ(JsonObject{}
                  .set("b", true)
                  .set("i", -3)
                  .set("n", std::uint64_t{7})
                  .set("r", 0.5)
                  .set("s", name)
                  .set("t", "x")
                  .set("w", 2s)
                  .setNull("z")
                  .text(),
              R"({"b":true,"i":-3,"n":7,"r":0.5,"s":"T-3","t":"x","w":2000,"z":null})");
}

TEST(JsonTest, ObjectsAndArraysNest) {
    JsonArray suspects;
    suspects.add(JsonObject{}.set("job", 5)).add("x").add(1);
    EXPECT_EQ(JsonObject{}.set("suspects", suspects).set("last", JsonObject{}).text(),
              R"({"suspects":[{"job":5},"x",1],"last":{}})");
    EXPECT_EQ(suspects.text(), R"([{"job":5},"x",1])");
}

TEST(JsonTest, ATextThatIsNoUtf8DoesNotMakeItFail) {
    EXPECT_EQ(JsonObject{}.set("path", "a\xff\"\n").text(), "{\"path\":\"a\xEF\xBF\xBD\\\"\\n\"}");
}

TEST(JsonTest, TheLastValueOfANameCounts) {
    EXPECT_EQ(JsonObject{}.set("a", 1).set("a", 2).text(), R"({"a":2})");
}

}  // namespace orch
