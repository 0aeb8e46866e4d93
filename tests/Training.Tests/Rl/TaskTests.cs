// Tasks: prompts that stay what they are, and checkers that are right.
using System.Globalization;
using Tern.Training.Data;
using Tern.Training.Rl.Tasks;

namespace Tern.Training.Tests.Rl;

public sealed class TaskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<TaskKind> Kinds => [TaskKind.Countdown, TaskKind.Addition, TaskKind.Sort];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Prompts_are_the_same_every_time_and_held_out_ones_are_none_to_learn_from(TaskKind kind)
    {
        var task = Create(kind);
        var prompts = Prompts(task);
        Assert.Equal(prompts, Prompts(Create(kind)));
        var training = prompts.Take(task.TrainingPrompts).ToHashSet();
        Assert.All(prompts.Skip(task.TrainingPrompts), prompt => Assert.DoesNotContain(prompt, training));
    }

    [Theory]
    [InlineData(TaskKind.Countdown, "10 8 10=28:")]
    [InlineData(TaskKind.Addition, "10+10=")]
    [InlineData(TaskKind.Sort, "68875>")]
    public void Prompt_0_is_the_same_for_ever(TaskKind kind, string expected) =>
        Assert.Equal(expected, Create(kind).Prompt(0));

    [Fact]
    public void Countdown_s_checker_agrees_with_all_expressions_there_are()
    {
        var task = new CountdownTask();
        for (int index = 0; index < 300; index++)
        {
            int[] parts =
            [
                .. task.Prompt(index)
                    .Split(' ', '=', ':')[..4]
                    .Select(part => int.Parse(part, CultureInfo.InvariantCulture)),
            ];
            int solved = 0;
            foreach (var (text, value) in Expressions(parts[..3]))
            {
                double expected = value == parts[3] ? 1 : 0;
                solved += (int)expected;
                Assert.Equal(expected, task.Reward(index, $"{text}={value}"));
                // Tries before the last do not matter, whatever they are; a false one is no solution.
                Assert.Equal(expected, task.Reward(index, $"1+1=3 what {text}={value}"));
                Assert.Equal(0, task.Reward(index, $"{text}={value} 0+0=0"));
                Assert.Equal(0, task.Reward(index, $"{text}={value + 1}"));
            }
            Assert.True(solved > 0, $"{task.Prompt(index)} has no solution");
        }
    }

    [Fact]
    public void Countdown_refuses_numbers_left_out_used_twice_or_made_up_and_everything_else_than_a_sum()
    {
        var task = new CountdownTask();
        int index = Enumerable
            .Range(0, task.TrainingPrompts)
            .First(i => Solution(task, i) is { } text && text.Count('+') == 2);
        string sum = Solution(task, index)!;
        string target = task.Prompt(index).Split('=', ':')[1];
        string solution = $"{sum}={target}";
        Assert.Equal(1, task.Reward(index, solution));
        foreach (
            string wrong in (string[])
                [
                    "",
                    sum,
                    target,
                    $"={target}",
                    $"{sum}=",
                    $"{target}+0={target}",
                    $"{sum}+0={target}",
                    $"{sum}-0={target}",
                    $"+{solution}",
                    $"{sum}+={target}",
                    $"{solution} ",
                    $"{solution}\n",
                    $"({sum})={target}",
                    $"{solution}={target}",
                    sum.Replace("+", "++", StringComparison.Ordinal) + $"={target}",
                    $"99999999999999999999+1+1={target}",
                    $"{sum}=99999999999999999999",
                    $"٣+٤+٥={target}",
                ]
        )
            Assert.Equal(0, task.Reward(index, wrong));
    }

    [Fact]
    public void Countdown_s_warm_start_shows_true_tries_that_stop_at_the_target_and_mostly_before()
    {
        var task = new CountdownTask();
        var heldOut = Prompts(task).Skip(task.TrainingPrompts).Select(Sorted).ToHashSet();
        int solved = 0;
        const int Shown = 2000;
        for (long index = 0; index < Shown; index++)
        {
            var (prompt, answer) = task.WarmStart(index, 3);
            string[] parts = prompt.Split(' ', '=', ':')[..4];
            int[] numbers = [.. parts[..3].Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
            var expressions = Expressions(numbers).Select(e => $"{e.Text}={e.Value}").ToHashSet();
            string[] tries = answer.Split(' ');
            Assert.All(tries, text => Assert.Contains(text, expressions));
            Assert.DoesNotContain(tries[..^1], text => text.EndsWith("=" + parts[3], StringComparison.Ordinal));
            Assert.True(answer.Length < task.MaxAnswerTokens, answer);
            Assert.DoesNotContain(Sorted(prompt), heldOut);
            solved += answer.EndsWith("=" + parts[3], StringComparison.Ordinal) ? 1 : 0;
        }
        Assert.InRange(solved, Shown / 4, Shown * 2 / 5);
    }

    [Fact]
    public void Countdown_makes_as_many_training_prompts_unreachable_as_asked_and_no_held_out_one()
    {
        var all = new CountdownTask();
        var some = new CountdownTask(unreachable: 0.5);
        int count = Enumerable.Range(0, some.TrainingPrompts).Count(i => Solution(some, i) is null);
        Assert.InRange(count, some.TrainingPrompts * 0.42, some.TrainingPrompts * 0.58);
        Assert.Equal(Prompts(all).Skip(all.TrainingPrompts), Prompts(some).Skip(some.TrainingPrompts));
        Assert.All(Enumerable.Range(0, all.TrainingPrompts), i => Assert.NotNull(Solution(all, i)));
    }

    [Fact]
    public void Countdown_holds_out_problems_whose_numbers_in_any_order_with_their_target_are_none_to_learn_from()
    {
        var task = new CountdownTask();
        var problems = Prompts(task).Select(Sorted).ToList();
        Assert.Equal(problems.Count, problems.Distinct().Count());
    }

    [Fact]
    public void Addition_is_solved_by_the_sum_and_its_warm_start_never_shows_a_held_out_pair()
    {
        var task = new AdditionTask();
        for (int index = 0; index < 200; index++)
        {
            int sum = task.Prompt(index)
                .TrimEnd('=')
                .Split('+')
                .Sum(term => int.Parse(term, CultureInfo.InvariantCulture));
            Assert.Equal(1, task.Reward(index, sum.ToString(CultureInfo.InvariantCulture)));
            Assert.Equal(0, task.Reward(index, (sum + 1).ToString(CultureInfo.InvariantCulture)));
            Assert.Equal(0, task.Reward(index, $"{sum} "));
        }
        // Elsewhere a warm start may meet one: it shows the form of an answer and not a solution.
        var heldOut = Prompts(task).Skip(task.TrainingPrompts).ToHashSet();
        for (long index = 0; index < 20_000; index++)
            Assert.DoesNotContain(task.WarmStart(index, 3).Prompt, heldOut);
    }

    [Fact]
    public void Sorting_is_rewarded_by_the_share_of_digits_in_their_places()
    {
        var task = new SortTask();
        string sorted = string.Concat(task.Prompt(0).TrimEnd('>').Order());
        Assert.Equal(1, task.Reward(0, sorted));
        Assert.Equal(0.8, task.Reward(0, "x" + sorted[1..]));
        Assert.Equal(0, task.Reward(0, sorted + "0"));
        Assert.Equal(0, task.Reward(0, sorted[1..]));
        Assert.Equal(0, task.Reward(0, ""));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Answers_of_the_warm_start_are_no_longer_than_an_answer_may_be(TaskKind kind)
    {
        var task = Create(kind);
        for (long index = 0; index < 500; index++)
        {
            string answer = task.WarmStart(index, 1).Answer;
            Assert.True(
                answer.Length + 1 <= task.MaxAnswerTokens || answer.Contains('>', StringComparison.Ordinal),
                answer
            );
            Assert.Equal(answer, Create(kind).WarmStart(index, 1).Answer);
        }
        Assert.NotEqual(task.WarmStart(0, 1), task.WarmStart(0, 2));
    }

    [Fact]
    public void A_file_s_every_tenth_prompt_is_held_out()
    {
        var task = Read(AnswerCheck.Exact, [.. Enumerable.Range(0, 25).Select(i => Line($"p{i}", $"a{i}"))]);
        Assert.Equal((23, 2), (task.TrainingPrompts, task.HeldOutPrompts));
        Assert.Equal(["p9", "p19"], [task.Prompt(23), task.Prompt(24)]);
        Assert.Equal(1, task.Reward(23, " a9\n"));
        Assert.Equal(0, task.Reward(23, "a8"));
    }

    [Theory]
    [InlineData(AnswerCheck.Exact, "ab", "ab", "a b")]
    [InlineData(AnswerCheck.Number, "12.5", "it is 3, no: 12.50", "12.5 or 13")]
    [InlineData(AnswerCheck.Number, "-3", "x = -3.", "3")]
    [InlineData(AnswerCheck.Regex, "a+|b", "aaa", "aab")]
    [InlineData(AnswerCheck.Regex, "a+|b", "b", "b\n")]
    [InlineData(AnswerCheck.Regex, "(a+)+", "aaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")]
    public void A_file_s_answers_are_checked_as_asked(AnswerCheck check, string expected, string right, string wrong)
    {
        var task = Read(check, [.. Enumerable.Repeat(Line("p", expected), 10)]);
        Assert.Equal(1, task.Reward(0, right));
        Assert.Equal(0, task.Reward(0, wrong));
    }

    [Theory]
    [InlineData("{\"prompt\": \"p\"}", AnswerCheck.Exact, "\"prompt\" and \"answer\"")]
    [InlineData("{\"prompt\": 1, \"answer\": \"a\"}", AnswerCheck.Exact, "")]
    [InlineData("[]", AnswerCheck.Exact, "\"prompt\" and \"answer\"")]
    [InlineData("{\"prompt\": ", AnswerCheck.Exact, "")]
    [InlineData("{\"prompt\": \"p\", \"answer\": \"none\"}", AnswerCheck.Number, "no number")]
    [InlineData("{\"prompt\": \"p\", \"answer\": \"a(\"}", AnswerCheck.Regex, "no regular expression")]
    public void A_bad_line_of_a_file_is_named(string line, AnswerCheck check, string expected)
    {
        string[] lines = [.. Enumerable.Repeat(Line("p", "1"), 12)];
        lines[4] = line;
        var error = Assert.Throws<DataException>(() => Read(check, lines));
        Assert.Contains("task.jsonl, line 5: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_too_few_prompts_to_hold_one_out_is_refused()
    {
        var error = Assert.Throws<DataException>(() => Read(AnswerCheck.Exact, [Line("p", "a"), ""]));
        Assert.Contains("has 1 prompts, expected at least 10", error.Message, StringComparison.Ordinal);
    }

    private static string Line(string prompt, string answer) =>
        $"{{\"prompt\": \"{prompt}\", \"answer\": \"{answer}\"}}";

    private FileTask Read(AnswerCheck check, string[] lines)
    {
        File.WriteAllLines(_folder.PathOf("task.jsonl"), lines);
        return new FileTask(_folder.PathOf("task.jsonl"), check, 8);
    }

    private static IRlTask Create(TaskKind kind) =>
        kind switch
        {
            TaskKind.Countdown => new CountdownTask(),
            TaskKind.Addition => new AdditionTask(),
            _ => new SortTask(),
        };

    private static string Sorted(string prompt)
    {
        string[] parts = prompt.Split(' ', '=', ':')[..4];
        return string.Join(' ', parts[..3].Order(StringComparer.Ordinal)) + "=" + parts[3];
    }

    private static string[] Prompts(IRlTask task) =>
        [.. Enumerable.Range(0, task.TrainingPrompts + task.HeldOutPrompts).Select(task.Prompt)];

    private static string? Solution(CountdownTask task, int index)
    {
        string[] parts = task.Prompt(index).Split(' ', '=', ':')[..4];
        int[] numbers = [.. parts[..3].Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
        return Expressions(numbers).FirstOrDefault(e => $"{e.Value}" == parts[3]).Text;
    }

    private static IEnumerable<(string Text, int Value)> Expressions(int[] numbers)
    {
        foreach (
            int[] order in (int[][])
                [
                    [0, 1, 2],
                    [0, 2, 1],
                    [1, 0, 2],
                    [1, 2, 0],
                    [2, 0, 1],
                    [2, 1, 0],
                ]
        )
        {
            var (a, b, c) = (numbers[order[0]], numbers[order[1]], numbers[order[2]]);
            yield return ($"{a}+{b}+{c}", a + b + c);
            yield return ($"{a}+{b}-{c}", a + b - c);
            yield return ($"{a}-{b}+{c}", a - b + c);
            yield return ($"{a}-{b}-{c}", a - b - c);
        }
    }
}
