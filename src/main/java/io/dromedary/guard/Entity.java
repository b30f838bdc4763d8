package io.dromedary.guard;

/** Kinds of personal data that are found here, by the names that Presidio and Prediction Guard know them by. */
public enum Entity {
    EMAIL_ADDRESS,
    PHONE_NUMBER,
    CREDIT_CARD,
    IBAN_CODE,
    IP_ADDRESS,
    US_SSN,
    US_ITIN,
    UK_NINO,
    FR_NIR,
    DE_TAX_ID,
    ES_NIF,
    ES_NIE,
    IT_FISCAL_CODE,
    PL_PESEL,
    BE_NATIONAL_NUMBER,
    CH_AHV,
    SE_PERSONNUMMER,
    FI_PERSONAL_IDENTITY_CODE,
    BR_CPF,
    CA_SIN,
    IN_AADHAAR
}
