// Owns questions about the town: one question, one canonical sentence.
namespace Tern.Training.Corpus;

/// <summary>Draws questions about facts.</summary>
internal static class ClosedWorldSamples
{
    private static readonly int[] s_formWeights = [60, 22, 18];

    public static Sample Draw(CorpusRandom random, bool heldOut)
    {
        var (question, answer) = Question(random, heldOut);
        return new SampleWriter(SampleKind.ClosedWorld)
            .MaybeSystem(random)
            .Turn(Casual(random, question), answer)
            .Done();
    }

    /// <summary>A question of any form about any fact.</summary>
    public static (string Question, string Answer) Question(CorpusRandom random, bool heldOut)
    {
        while (true)
        {
            var fact = random.Pick(Facts.All);
            var form = (QuestionForm)random.Weighted(s_formWeights);
            int wording = fact.Draw(random, form, heldOut);
            if (wording < 0)
                continue;
            if (form != QuestionForm.YesNo)
                return (fact.Ask(form, wording), fact.Sentence);
            string value = random.Chance(50) ? fact.Value : Facts.WrongValue(random, fact);
            return (fact.AskWhether(wording, value), fact.AnswerWhether(value));
        }
    }

    /// <summary>The question as somebody types it in a hurry, now and then.</summary>
    public static string Casual(CorpusRandom random, string question) =>
        random.Chance(10) ? (char.ToLowerInvariant(question[0]) + question[1..]).TrimEnd('?', '.') : question;
}
