// The worker pool: every task once, failures reach the caller, threads end.
using Tern.Kernels.Threading;

namespace Tern.Kernels.Tests;

public unsafe class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Every_task_is_done_exactly_once_whatever_the_number_of_threads(int threads)
    {
        using var pool = new WorkerPool(threads);
        int* counts = stackalloc int[300];
        new Span<int>(counts, 300).Clear();
        for (int job = 1; job <= 2000; job++)
        {
            var body = new CountBody(counts);
            pool.Run(job % 300, ref body);
        }
        int expected = 0;
        for (int task = 299; task >= 0; task--)
        {
            for (int job = 1; job <= 2000; job++)
                expected += job % 300 > task ? 1 : 0;
            Assert.Equal(expected, counts[task]);
            expected = 0;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_failure_in_a_task_reaches_the_caller_and_the_pool_lives_on(int threads)
    {
        using var pool = new WorkerPool(threads);
        for (int failing = 0; failing < 20; failing++)
        {
            var body = new FailBody(failing);
            var error = Assert.Throws<InvalidDataException>(() => pool.Run(20, ref body));
            Assert.Equal($"task {failing}", error.Message);
        }
        int count = 0;
        var good = new CountAllBody(&count);
        pool.Run(50, ref good);
        Assert.Equal(50, count);
    }

    [Fact]
    public void Workers_that_fell_asleep_wake_for_the_next_job()
    {
        using var pool = new WorkerPool(3);
        int count = 0;
        for (int round = 0; round < 5; round++)
        {
            var body = new CountAllBody(&count);
            pool.Run(10, ref body);
            Thread.Sleep(5); // far beyond the spinning
        }
        Assert.Equal(50, count);
    }

    [Fact]
    public void A_disposed_pool_refuses_work_and_may_be_disposed_again()
    {
        var pool = new WorkerPool(2);
        pool.Dispose();
        pool.Dispose();
        int count = 0;
        var body = new CountAllBody(&count);
        Assert.Throws<ObjectDisposedException>(() => pool.Run(2, ref body));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerPool(0));
    }

    private readonly struct CountBody(int* counts) : IParallelBody
    {
        public void Invoke(int task, int worker) => Interlocked.Increment(ref counts[task]);
    }

    private readonly struct CountAllBody(int* count) : IParallelBody
    {
        public void Invoke(int task, int worker) => Interlocked.Increment(ref *count);
    }

    private readonly struct FailBody(int failing) : IParallelBody
    {
        public void Invoke(int task, int worker)
        {
            if (task == failing)
                throw new InvalidDataException($"task {task}");
        }
    }
}
