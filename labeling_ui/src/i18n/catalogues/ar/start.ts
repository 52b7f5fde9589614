import type { Translation } from '../../text';
import type en from '../en/start';

export default {
  welcome: 'ساعد في رسم خريطة مكان',
  sentence:
    'رسم نموذج حاسوبي حدود {things} من الأعلى. انظر إلى مربع صغير واحد في كل مرة وقل إن كان صحيحاً: هكذا يتعلم النموذج.',
  sentenceAny:
    'يرسم نموذج حاسوبي حدوداً من الأعلى. انظر إلى مربع صغير واحد في كل مرة وقل إن كان صحيحاً: هكذا يتعلم النموذج.',
  picture: 'مربع من بلدة من الأعلى، وحول أسطحها خطوط.',
  pictureModel: 'رسمه النموذج',
  pictureMine: 'أضافه إنسان',
  start: 'ابدأ',
  goOn: 'واصل الرسم',
  learn: 'ابدأ بأربعة مربعات للتدريب',
  learnAgain: 'تدرّب من جديد',
  skipLearning: 'تخطَّ التدريب',
  showCampaigns: 'اعرض الحملات',
  openCampaign: 'ارسم هنا',
  noCampaigns: 'لا توجد حملة مفتوحة حالياً.',
  noSuchCampaign: 'هذه الحملة غير موجودة هنا',
  askForLink: 'اسأل من أرسل إليك الرابط إن كان كاملاً.',
} satisfies Translation<typeof en>;
