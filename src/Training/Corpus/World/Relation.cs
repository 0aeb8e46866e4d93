// Owns how one kind of fact is put into words.
namespace Tern.Training.Corpus;

/// <summary>
/// The wordings of one kind of fact. Slots: <c>{S}</c> the subject, <c>{V}</c> and <c>{aV}</c> the value, <c>{he}</c> and
/// <c>{his}</c> the pronouns of the subject.
/// </summary>
internal sealed record Relation(string Key, string Answer)
{
    /// <summary>What the value is to the subject: "Mira's job", "Mira's favourite food".</summary>
    public string Noun => Key is "colour" or "food" ? $"favourite {Key}" : Key;

    /// <summary>Questions that name the subject; at least eight.</summary>
    public required IReadOnlyList<string> Direct { get; init; }

    /// <summary>Questions that name subject and value.</summary>
    public required IReadOnlyList<string> YesNo { get; init; }

    /// <summary>Questions that name the subject by a pronoun.</summary>
    public required IReadOnlyList<string> FollowUp { get; init; }

    /// <summary>Questions that name the value; empty when several subjects share a value.</summary>
    public IReadOnlyList<string> Reverse { get; init; } = [];

    /// <summary>The wordings of one form.</summary>
    public IReadOnlyList<string> Wordings(QuestionForm form) =>
        form switch
        {
            QuestionForm.Direct => Direct,
            QuestionForm.YesNo => YesNo,
            QuestionForm.Reverse => Reverse,
            QuestionForm.FollowUp => FollowUp,
            _ => Shift,
        };

    /// <summary>Questions that change the subject and keep the relation.</summary>
    public static IReadOnlyList<string> Shift { get; } = ["What about {S}?", "And {S}?", "And what about {S}?"];
}
