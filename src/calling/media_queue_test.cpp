#include "calling/media_queue.hpp"

#include <gmock/gmock.h>

#include "calling/calling_test_support.hpp"

namespace parley::calling {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class MediaQueueTest : public ::testing::Test {
 protected:
  OperationId add(decltype(Operation::work) work) {
    Operation operation;
    operation.record.id = OperationId{Uuid::random(host_.random)};
    operation.work = std::move(work);
    ids_.push_back(operation.record.id);
    queue_.add(host_.step, std::move(operation));
    return ids_.back();
  }
  OperationId play() { return add(model::PlayOptions{}); }
  OperationId record() { return add(model::RecordOptions{}); }
  void end(OperationId id) {
    queue_.find(id)->record.completed = host_.now.utc;
    queue_.remove(host_.step, id);
  }
  std::vector<std::string> commands() { return host_.commands(ids_); }

  StepHost host_;
  MediaQueue queue_{PortId{2}};
  std::vector<OperationId> ids_;
};

TEST_F(MediaQueueTest, RunsOneAtATimeInTheOrderTheyCame) {
  const auto first = play();
  const auto second = record();
  play();
  EXPECT_THAT(commands(), ElementsAre("play 0"));
  end(first);
  EXPECT_THAT(commands(), ElementsAre("record 1"));
  end(second);
  EXPECT_THAT(commands(), ElementsAre("play 2"));
  EXPECT_EQ(queue_.waiting(), 1u);
}

TEST_F(MediaQueueTest, GivesNoTurnToWhatHasNothingToDo) {
  play();
  add(std::monostate{});
  EXPECT_EQ(queue_.waiting(), 1u);
  EXPECT_THAT(queue_.in_order(), ElementsAre(ids_[0], ids_[1]));
  end(ids_[0]);
  EXPECT_THAT(commands(), ElementsAre("play 0"));
}

TEST_F(MediaQueueTest, StartsNothingWhenOneThatWaitsIsTakenOut) {
  play();
  const auto waits = play();
  play();
  end(waits);
  EXPECT_THAT(commands(), ElementsAre("play 0"));
  end(ids_[0]);
  EXPECT_THAT(commands(), ElementsAre("play 2"));
  end(waits);
  EXPECT_THAT(commands(), IsEmpty()) << "it is out already";
}

TEST_F(MediaQueueTest, StopsWhatRunsWhenAllAreCancelled) {
  EXPECT_THAT(queue_.cancel_all(host_.step), IsEmpty());
  record();
  play();
  EXPECT_THAT(queue_.cancel_all(host_.step), ElementsAre(ids_[0], ids_[1]));
  EXPECT_THAT(commands(), ElementsAre("record 0", "stop 0"));
  play();
  EXPECT_THAT(commands(), ElementsAre("play 2")) << "the queue is empty again";
}

TEST_F(MediaQueueTest, ForgetsTheOldestOfThoseThatHaveEnded) {
  for (int i = 0; i < 3; ++i) play();
  end(ids_[1]);
  queue_.forget_ended(2);
  EXPECT_THAT(queue_.in_order(), ElementsAre(ids_[0], ids_[2]));
  EXPECT_EQ(queue_.find(ids_[1]), nullptr);
  queue_.forget_ended(1);
  EXPECT_EQ(queue_.operations().size(), 2u) << "what is open is never forgotten";
}

}  // namespace
}  // namespace parley::calling
