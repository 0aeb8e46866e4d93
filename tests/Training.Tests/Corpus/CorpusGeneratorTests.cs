// Owns the promises of the corpus: the same for ever, true to the town, and free of what is held out.
using System.Text.RegularExpressions;
using Tern.Training.Builtin;
using Tern.Training.Corpus;

namespace Tern.Training.Tests.Corpus;

public sealed partial class CorpusGeneratorTests
{
    private const int Samples = 40_000;
    private static readonly CorpusGenerator s_corpus = new(7);
    private static readonly Lazy<(Sample Sample, string Text)[]> s_samples = new(() =>
        [
            .. Enumerable
                .Range(0, Samples)
                .Select(index => s_corpus[(ulong)index])
                .Select(sample => (sample, SampleRenderer.Render(sample).Text)),
        ]
    );

    [Fact]
    public void A_sample_depends_on_seed_and_index_alone()
    {
        string late = SampleRenderer.Render(new CorpusGenerator(7)[123_456]).Text;
        _ = s_corpus[5];
        Assert.Equal(late, SampleRenderer.Render(s_corpus[123_456]).Text);
        Assert.NotEqual(late, SampleRenderer.Render(new CorpusGenerator(8)[123_456]).Text);
    }

    [Fact]
    public void Samples_are_the_same_in_every_version()
    {
        // A change of the corpus changes this hash on purpose: then the built-in model must be trained again.
        ulong hash = 0xCBF29CE484222325UL;
        for (ulong index = 0; index < 2000; index++)
        {
            foreach (char character in SampleRenderer.Render(s_corpus[index]).Text)
                hash = (hash ^ character) * 0x100000001B3UL;
        }
        Assert.Equal("561A991859BED310", hash.ToString("X16"));
    }

    [Fact]
    public void No_training_sample_asks_a_held_out_question_about_a_fact()
    {
        var heldOut = HeldOutQuestions();
        Assert.InRange(heldOut.Count, 250, 500);
        Assert.DoesNotContain(Questions(), heldOut.Contains);
    }

    [Fact]
    public void No_training_sample_answers_a_held_out_wording_of_any_form()
    {
        var facts = Facts.All.ToDictionary(fact => fact.Sentence, StringComparer.Ordinal);
        var questions = AllQuestions();
        var seen = new HashSet<(int Fact, QuestionForm Form, int Wording)>();
        foreach (var sample in Conversations())
        {
            for (int turn = 1; turn < sample.Messages.Count; turn++)
            {
                string answer = Verdict().Replace(sample.Messages[turn].Content, "");
                if (
                    facts.TryGetValue(Phrase.Capital(answer), out var fact)
                    && questions.TryGetValue((fact.Index, Fold(sample.Messages[turn - 1].Content)), out var question)
                )
                    seen.Add(question);
            }
        }
        Assert.Equal(5, seen.Select(question => question.Form).Distinct().Count());
        Assert.True(seen.Count > 4000, $"{seen.Count} questions were recognized");
        Assert.DoesNotContain(seen, question => HeldOut.Question(question.Fact, question.Form, question.Wording));
    }

    [Fact]
    public void No_training_sample_shows_a_held_out_sum()
    {
        int sums = 0;
        foreach (var (_, text) in s_samples.Value)
        {
            foreach (Match match in Sum().Matches(text))
            {
                sums++;
                Assert.False(
                    HeldOut.Sum(int.Parse(match.Groups[1].ValueSpan), int.Parse(match.Groups[2].ValueSpan)),
                    match.Value
                );
            }
        }
        Assert.True(sums > 5000);
    }

    [Fact]
    public void A_tenth_of_the_sums_is_held_out_in_either_order()
    {
        int heldOut = 0;
        for (int a = 10; a < 100; a++)
        {
            for (int b = 10; b < 100; b++)
            {
                Assert.Equal(HeldOut.Sum(a, b), HeldOut.Sum(b, a));
                heldOut += HeldOut.Sum(a, b) ? 1 : 0;
            }
        }
        Assert.InRange(heldOut, 8100 * 8 / 100, 8100 * 12 / 100);
    }

    [Fact]
    public void No_training_sample_makes_a_held_out_call()
    {
        var heldOut = new HashSet<string>(StringComparer.Ordinal);
        for (ulong index = 0; index < 3000; index++)
        {
            var sample = ToolSamples.Call(new CorpusRandom(1, index), heldOut: true, withResult: false);
            heldOut.Add(Values(sample.Messages[^1].Call!.Arguments));
        }
        var made = Conversations()
            .Where(sample => sample.Kind == SampleKind.Tools)
            .SelectMany(sample => sample.Messages)
            .Where(message => message.Call is not null)
            .Select(message => Values(message.Call!.Arguments))
            .ToHashSet(StringComparer.Ordinal);
        Assert.True(made.Count > 500);
        // Numbers alone say nothing: a timer of 30 minutes and an alarm at 30 would look alike.
        Assert.DoesNotContain(heldOut.Where(values => values.Any(char.IsAsciiLetter)), made.Contains);
    }

    [Fact]
    public void Every_fact_is_trained_in_at_least_five_wordings()
    {
        Assert.All(
            Facts.All,
            fact =>
                Assert.True(
                    Enumerable
                        .Range(0, fact.Relation.Direct.Count)
                        .Count(wording => !HeldOut.Question(fact.Index, QuestionForm.Direct, wording)) >= 5,
                    fact.Sentence
                )
        );
    }

    [Fact]
    public void Every_fact_has_at_least_eight_wordings_and_is_asked_for()
    {
        Assert.InRange(Facts.All.Count, 250, 320);
        Assert.All(Facts.All, fact => Assert.True(fact.Relation.Direct.Count >= 8, fact.Sentence));
        var answers = Conversations()
            .SelectMany(sample => sample.Messages)
            .Where(message => message.Role == ChatRole.Assistant)
            .Select(message => message.Content)
            .ToHashSet(StringComparer.Ordinal);
        Assert.All(Facts.All, fact => Assert.Contains(fact.Sentence, answers));
    }

    [Fact]
    public void Jobs_and_pets_belong_to_one_person_so_that_who_has_one_answer()
    {
        Assert.Distinct(Town.People.Select(person => person.Job));
        Assert.Distinct(Town.People.Select(person => person.Pet));
        Assert.Distinct(Town.People.Select(person => person.Name));
        Assert.All(
            Enumerable.Range(0, Town.People.Count),
            person => Assert.NotEqual(Town.People[person].IsWoman, Town.People[Town.Friend(person)].IsWoman)
        );
    }

    [Fact]
    public void An_answered_calculation_is_right()
    {
        foreach (var (sample, _) in s_samples.Value)
        {
            foreach (var message in sample.Messages.Where(message => message.Role == ChatRole.Assistant))
            {
                if (Equation().Match(message.Content) is not { Success: true } match)
                    continue;
                int a = int.Parse(match.Groups[1].ValueSpan);
                int b = int.Parse(match.Groups[3].ValueSpan);
                int result = match.Groups[2].Value switch
                {
                    "+" => a + b,
                    "-" => a - b,
                    _ => a * b,
                };
                Assert.Equal(result, int.Parse(match.Groups[4].ValueSpan));
            }
        }
    }

    [Fact]
    public void Samples_fit_the_context_and_nearly_all_differ()
    {
        var texts = new HashSet<string>(StringComparer.Ordinal);
        var kinds = new HashSet<SampleKind>();
        int context = BuiltinConfig.Read().Model.ContextLength;
        foreach (var (sample, text) in s_samples.Value)
        {
            kinds.Add(sample.Kind);
            texts.Add(text);
            Assert.True(SampleListing.EstimateTokens(text) < context, text);
        }
        Assert.True(texts.Count > Samples * 8 / 10, $"{texts.Count} of {Samples} differ");
        Assert.Equal(Enum.GetValues<SampleKind>().Length, kinds.Count);
    }

    [Fact]
    public void Articles_fit_the_words_that_follow()
    {
        foreach (var (sample, text) in s_samples.Value)
        {
            // Where an argument is called "a", the letter is no article.
            bool isName = sample.Tools.Any(tool => tool.Parameters.Any(parameter => parameter.Name == "a"));
            Assert.False(!isName && WrongArticle().IsMatch(text), text);
        }
    }

    [Fact]
    public void The_mix_covers_every_kind_and_sums_to_a_thousand()
    {
        Assert.Equal(1000, CorpusMix.Table.Sum(row => row.Weight));
        Assert.Equal(Enum.GetValues<SampleKind>(), CorpusMix.Table.Select(row => row.Kind));
    }

    private static IEnumerable<Sample> Conversations() =>
        s_samples.Value.Select(sample => sample.Sample).Where(sample => sample.Text is null);

    // Every question about every fact in every wording, by fact and text; no two wordings of a fact may be the same.
    private static Dictionary<(int Fact, string Question), (int Fact, QuestionForm Form, int Wording)> AllQuestions()
    {
        var all = new Dictionary<(int, string), (int, QuestionForm, int)>();
        foreach (var fact in Facts.All)
        {
            var values = Facts.All.Where(other => other.Relation == fact.Relation).Select(other => other.Value);
            foreach (var form in Enum.GetValues<QuestionForm>())
            {
                for (int wording = 0; wording < fact.Relation.Wordings(form).Count; wording++)
                {
                    IEnumerable<string> questions =
                        form == QuestionForm.YesNo
                            ? values.Distinct().Select(value => fact.AskWhether(wording, value))
                            : [fact.Ask(form, wording)];
                    foreach (string question in questions)
                        all.Add((fact.Index, Fold(question)), (fact.Index, form, wording));
                }
            }
        }
        return all;
    }

    private static IEnumerable<string> Questions() =>
        Conversations()
            .SelectMany(sample => sample.Messages)
            .Where(message => message.Role == ChatRole.User)
            .SelectMany(message =>
                new[] { Fold(message.Content), Fold(BeforeInstruction().Replace(message.Content, "$1")) }
            );

    private static HashSet<string> HeldOutQuestions()
    {
        var questions = new HashSet<string>(StringComparer.Ordinal);
        foreach (var fact in Facts.All)
        {
            foreach (var form in new[] { QuestionForm.Direct, QuestionForm.Reverse })
            {
                for (int wording = 0; wording < fact.Relation.Wordings(form).Count; wording++)
                {
                    if (HeldOut.Question(fact.Index, form, wording))
                        questions.Add(Fold(fact.Ask(form, wording)));
                }
            }
        }
        return questions;
    }

    private static string Fold(string question) => question.TrimEnd('?', '.').ToLowerInvariant();

    private static string Values(string arguments) =>
        string.Join('|', Member().Matches(arguments).Select(match => match.Groups[1].Value));

    [GeneratedRegex(@"(?<!\d)(\d{1,2}) \+ (\d{1,2})(?!\d)")]
    private static partial Regex Sum();

    [GeneratedRegex(@"^(\d+) ([-+*]) (\d+) = (\d+)\.$")]
    private static partial Regex Equation();

    [GeneratedRegex(@"\b[Aa] [aeiouAEIOU][a-z]|\b[Aa]n [^aeiouAEIOU\W]")]
    private static partial Regex WrongArticle();

    [GeneratedRegex(@"^.*?([A-Z][^.?!]*\?).*$")]
    private static partial Regex BeforeInstruction();

    [GeneratedRegex("^(?:Yes|No), ")]
    private static partial Regex Verdict();

    [GeneratedRegex(": \"?([^\",}]+)\"?[,}]")]
    private static partial Regex Member();
}
