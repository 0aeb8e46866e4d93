// Owns one thing that is true in the town, and its questions and answers.
namespace Tern.Training.Corpus;

/// <summary>A fact: a subject, a relation and a value.</summary>
/// <param name="Index">The place in <see cref="Facts.All"/>; it names the fact in the split.</param>
/// <param name="Subject">The subject as it stands inside a sentence.</param>
/// <param name="He">The pronoun for the subject.</param>
/// <param name="His">The possessive pronoun for the subject.</param>
/// <param name="Relation">The kind of fact.</param>
/// <param name="Value">What is true of the subject.</param>
internal sealed record Fact(int Index, string Subject, string He, string His, Relation Relation, string Value)
{
    /// <summary>The canonical sentence, the answer to every question about the fact.</summary>
    public string Sentence => Say(Relation.Answer, Value);

    /// <summary>A question for the fact.</summary>
    public string Ask(QuestionForm form, int wording) => Say(Relation.Wordings(form)[wording], Value);

    /// <summary>A question whether the value is <paramref name="value"/>.</summary>
    public string AskWhether(int wording, string value) => Say(Relation.YesNo[wording], value);

    /// <summary>The answer to whether the value is <paramref name="value"/>: yes or no, then the truth.</summary>
    public string AnswerWhether(string value) =>
        $"{(value == Value ? "Yes" : "No")}, {Subject}{Sentence[Subject.Length..]}";

    /// <summary>A wording of a form that is, or is not, held out; -1 when there is none.</summary>
    public int Draw(CorpusRandom random, QuestionForm form, bool heldOut)
    {
        int count = Relation.Wordings(form).Count;
        int start = count == 0 ? 0 : random.Below(count);
        for (int i = 0; i < count; i++)
        {
            int wording = (start + i) % count;
            if (HeldOut.Question(Index, form, wording) == heldOut)
                return wording;
        }
        return -1;
    }

    private string Say(string wording, string value) =>
        Phrase.Fill(wording, ("S", Subject), ("V", value), ("he", He), ("his", His));
}
